using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Execution;

namespace OnnxDigits.Inference;

/// <summary>What this machine and the application's ONNX Runtime have to run a network on.</summary>
public static class DigitDevices
{
    /// <summary>The version of ONNX Runtime's native library.</summary>
    /// <exception cref="DigitDeviceException">ONNX Runtime's native library cannot be used.</exception>
    public static string RuntimeVersion => DeviceSessionFactory.Guarded(() => OrtEnv.Instance().GetVersionString());

    /// <summary>The devices that ONNX Runtime sees, by name or by vendor and PCI numbers; whether one can be used is not said.</summary>
    /// <exception cref="DigitDeviceException">ONNX Runtime's native library cannot be used.</exception>
    public static IReadOnlyList<string> Hardware => DeviceSessionFactory.Guarded(() => Execution.Hardware.All);

    /// <summary>The execution providers that ONNX Runtime says it was built with; that one loads is not said.</summary>
    /// <exception cref="DigitDeviceException">ONNX Runtime's native library cannot be used.</exception>
    public static IReadOnlyList<string> Providers => DeviceSessionFactory.Guarded(() => OrtEnv.Instance().GetAvailableProviders());

    /// <summary>Tries every device: makes a classifier on it, and reads an image.</summary>
    /// <param name="options">The model, provider libraries and threads to try with; the device in it is ignored.</param>
    /// <returns>
    /// <c>cpu</c>, then each <c>cuda:N</c> and <c>webgpu:N</c> that works; where none of a kind does, number 0 with what
    /// is missing.
    /// </returns>
    public static IReadOnlyList<DigitDevice> Try(DigitClassifierOptions? options = null)
    {
        options ??= new();
        var found = new List<DigitDevice> { Try("cpu", options) };
        foreach (var provider in DeviceProvider.All)
        {
            for (int index = 0; ; index++)
            {
                var device = Try(new DeviceName(provider.Kind, index).ToString(), options);
                if (device.Works || index == 0)
                    found.Add(device);
                if (!device.Works)
                    break;
            }
        }
        return found;
    }

    private static DigitDevice Try(string device, DigitClassifierOptions options)
    {
        try
        {
            using var classifier = new DigitClassifier(options with { Device = device });
            classifier.Predict(new byte[DigitClassifier.ImageLength], new float[10]);
            return new(device, classifier.Info, Problem: null);
        }
        catch (DigitDeviceException e)
        {
            return new(device, Info: null, e.Message);
        }
    }
}
