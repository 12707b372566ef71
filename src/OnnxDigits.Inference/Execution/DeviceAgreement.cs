using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Inference.Models;

namespace OnnxDigits.Inference.Execution;

/// <summary>Whether a device gives a model's results: providers have errors, and a wrong digit looks like any other.</summary>
internal static class DeviceAgreement
{
    /// <summary>The most by which a probability may be off; half precision and sums in another order stay below.</summary>
    public const double Tolerance = 0.01;

    private const int Images = 4;

    /// <summary>The largest difference between the probabilities of two sessions, over a few images.</summary>
    /// <returns>0..1; 1 where one gives what is no number.</returns>
    public static double Difference(InferenceSession one, InferenceSession other)
    {
        double largest = 0;
        float[] pixels = new float[DigitClassifier.ImageLength], first = new float[10], second = new float[10];
        for (int image = 0; image < Images; image++)
        {
            Fill(pixels, image);
            Run(one, pixels, first);
            Run(other, pixels, second);
            for (int i = 0; i < first.Length; i++)
            {
                double difference = Math.Abs((double)first[i] - second[i]);
                largest = Math.Max(largest, double.IsNaN(difference) ? 1 : difference);
            }
        }
        return largest;
    }

    /// <exception cref="DigitDeviceException">The device gives other results than the CPU.</exception>
    public static void Check(InferenceSession session, DeviceName device, SessionRequest request)
    {
        using var cpu = CpuSession.Create(request);
        double difference = Difference(session, cpu.Session);
        if (difference > Tolerance)
            throw new DigitDeviceException(string.Create(
                CultureInfo.InvariantCulture,
                $"The device '{device}' reads with the model '{request.ModelName}' otherwise than the CPU (a probability differs by "
                + $"{difference:0.0##}), which is an error of its provider: take the device cpu, or another version of ONNX Runtime."));
    }

    // A bar that widens, on grey that brightens. It is no digit, and a network that is unsure shows differences best.
    private static void Fill(float[] pixels, int image)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, 28);
            bool isBar = Math.Abs(column + (row / 4) - 16) <= image + 1;
            pixels[i] = row is < 4 or >= 24 ? 0 : isBar ? 1 : 0.1f * image;
        }
    }

    private static void Run(InferenceSession session, float[] pixels, float[] probabilities)
    {
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var image = OrtValue.CreateTensorValueFromMemory(pixels, [1, 1, 28, 28]);
        using var results = session.Run(run, [ModelCheck.InputName], [image], [ModelCheck.OutputName]);
        results[0].GetTensorDataAsSpan<float>().CopyTo(probabilities);
    }
}
