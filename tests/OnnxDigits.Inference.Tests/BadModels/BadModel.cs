using System.Text;

namespace OnnxDigits.Inference.Tests.BadModels;

/// <summary>A model that must be refused.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Make">Its bytes.</param>
/// <param name="Fault">The sentence that refuses it, from after the model's name to before the final full stop.</param>
public sealed record BadModel(string Name, Func<byte[]> Make, string Fault)
{
    public const string GiveOurs = ": give one that OnnxDigits exported";
    public const string ExportAgain = ": copy or export it again";
    public const string ExportOrAllow = ": export it with this project's training, or allow a foreign model on purpose";

    /// <summary>The embedded convolutional model, a fresh copy each time.</summary>
    public static byte[] Conv()
    {
        using var resource = typeof(DigitClassifier).Assembly.GetManifestResourceStream("conv.onnx")!;
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The embedded model with the first occurrence of a text replaced by one of the same length.</summary>
    public static byte[] Conv(string text, string replacement)
    {
        byte[] model = Conv();
        int place = model.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Encoding.UTF8.GetBytes(replacement).CopyTo(model.AsSpan(place, text.Length));
        return model;
    }
}
