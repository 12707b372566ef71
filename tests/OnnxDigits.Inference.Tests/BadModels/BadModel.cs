using System.Text;

namespace OnnxDigits.Inference.Tests.BadModels;

/// <summary>A model that must be refused.</summary>
/// <param name="Name">The name of the test case.</param>
/// <param name="Make">Creates the file.</param>
/// <param name="Fault">The error message without the model's name in front and the full stop at the end.</param>
public sealed record BadModel(string Name, Func<byte[]> Make, string Fault)
{
    public const string UseOurs = ": use a model that OnnxDigits exported";
    public const string ExportAgain = ": copy or export it again";
    public const string ExportOrAllow = ": export it with OnnxDigits, or allow foreign models if you trust it";

    /// <summary>Returns a copy of the embedded conv model.</summary>
    public static byte[] Conv()
    {
        using var resource = typeof(DigitClassifier).Assembly.GetManifestResourceStream("conv.onnx")!;
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>
    /// Returns the conv model with the first occurrence of a text replaced by one of the same length.
    /// </summary>
    public static byte[] Conv(string text, string replacement)
    {
        byte[] model = Conv();
        int place = model.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Encoding.UTF8.GetBytes(replacement).CopyTo(model.AsSpan(place, text.Length));
        return model;
    }
}
