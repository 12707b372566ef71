using System.ComponentModel.DataAnnotations;
using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference;

/// <summary>
/// Contains the names of devices for <see cref="DigitClassifierOptions.Device"/>, and tests which of them work on this
/// machine.
/// </summary>
/// <example>
/// <code>
/// using var classifier = new DigitClassifier(new() { Device = DigitDevices.Cuda });
/// foreach (DigitDevice device in DigitDevices.Try())
///     Console.WriteLine($"{device.Name}: {device.Problem ?? "works"}");
/// </code>
/// </example>
public static class DigitDevices
{
    /// <summary>CUDA if it works, otherwise the CPU.</summary>
    public const string Auto = "auto";

    /// <summary>The CPU.</summary>
    public const string Cpu = "cpu";

    /// <summary>An NVIDIA GPU. <c>cuda:1</c> is the second one.</summary>
    public const string Cuda = "cuda";

    /// <summary>A GPU with a driver for Vulkan, Metal or Direct3D 12. <c>webgpu:1</c> is the second one.</summary>
    public const string WebGpu = "webgpu";

    /// <summary>Gets the version of ONNX Runtime's native library.</summary>
    /// <exception cref="DigitDeviceException">ONNX Runtime's native library is missing or cannot be loaded.</exception>
    public static string RuntimeVersion => SessionFactory.Guard(() => OrtEnv.Instance().GetVersionString());

    /// <summary>
    /// Gets the execution providers that ONNX Runtime was built with. A provider in this list may still fail to load;
    /// use <see cref="Try()"/> to find out.
    /// </summary>
    /// <exception cref="DigitDeviceException">ONNX Runtime's native library is missing or cannot be loaded.</exception>
    public static IReadOnlyList<string> Providers =>
        SessionFactory.Guard(() => OrtEnv.Instance().GetAvailableProviders());

    /// <summary>Tries every device with the default options.</summary>
    /// <inheritdoc cref="Try(DigitClassifierOptions)"/>
    public static IReadOnlyList<DigitDevice> Try() => Try(new DigitClassifierOptions());

    /// <summary>Tries every device: opens the model on it and reads an image.</summary>
    /// <param name="options">The model, provider libraries and threads to try with. The device is ignored.</param>
    /// <returns>
    /// <c>cpu</c>, then each <c>cuda:N</c> and <c>webgpu:N</c> that works. If none of a kind works, its number 0 is
    /// listed with the reason.
    /// </returns>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    /// <exception cref="DigitModelException">The model cannot be read or fails a check.</exception>
    public static IReadOnlyList<DigitDevice> Try(DigitClassifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var found = new List<DigitDevice> { Try(Cpu, options) };
        foreach (DeviceKind kind in (DeviceKind[])[DeviceKind.Cuda, DeviceKind.WebGpu])
        {
            for (int index = 0; ; index++)
            {
                DigitDevice device = Try(new DeviceName(kind, index).ToString(), options);
                if (device.Works || index == 0) found.Add(device);
                if (!device.Works) break;
            }
        }
        return found;
    }

    private static DigitDevice Try(string device, DigitClassifierOptions options)
    {
        try
        {
            using var classifier = new DigitClassifier(options.With(device));
            classifier.ClassifyPrepared(new byte[DigitClassifier.ImageLength], new DigitPrediction[1]);
            return new() { Name = device, Info = classifier.Info };
        }
        catch (DigitDeviceException e)
        {
            return new() { Name = device, Problem = e.Message };
        }
    }
}
