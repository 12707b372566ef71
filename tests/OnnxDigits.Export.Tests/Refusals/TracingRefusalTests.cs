using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxDigits.Export.Tests.Refusals;

/// <summary>What code does that no graph can say is refused with its line, by the whole sentence.</summary>
public sealed class TracingRefusalTests
{
    private static string Reading(string what) =>
        $"{what} takes elements of a tensor that depends on the inputs into plain C#, so what follows would be fixed to this example. "
            + "Keep the calculation in tensors (torch.where in the place of an if), or hand the number in as an input.";

    private static string Overwritten(string user, string writer, string name) =>
        $"{user} uses a tensor that shares memory with one that {writer} changed in place "
            + $"(TracingRefusalTests.{name}, TracingRefusalTests.cs:{LineOf(name)}). Take the view after the change, or change a copy (clone()).";

    public static TheoryData<string, string, Func<Tensor, Tensor>, string> Refused => new()
    {
        { "item", nameof(Item), Item, Reading("Tensor.item") },
        { "conversion", nameof(Conversion), Conversion, Reading("the conversion to Single") },
        { "data", nameof(Data), Data, Reading("Tensor.data") },
        { "loop", nameof(Loop), Loop, Reading("Tensor.item") },
        { "slice", nameof(SliceUse), SliceUse, Overwritten("Tensor.add", "Tensor.add_", nameof(SliceWrite)) },
        { "transpose", nameof(TransposeUse), TransposeUse, Overwritten("Tensor.add", "Tensor.mul_", nameof(TransposeWrite)) },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Export_CodeThatNoGraphCanSay_IsRefusedWithItsLine(
        string what, string method, Func<Tensor, Tensor> function, string sentence)
    {
        Assert.NotEmpty(what);
        using var model = new Lambda(function);
        var problem = Assert.Throws<OnnxExportException>(() => OnnxExporter.Export(model, rand(2, 4))).Problems[0];

        string line = $"TracingRefusalTests.{method}, TracingRefusalTests.cs:{LineOf(method)}";
        Assert.Equal($"(root) ({typeof(Lambda).FullName}; {line}): {sentence}", problem.ToString());
        Assert.Equal(problem, OnnxExporter.Analyze(model, rand(2, 4))[0]);
    }

    private static Tensor Item(Tensor x) => x.sum().item<float>() > 0 ? x : -x; // refused:Item

    private static Tensor Conversion(Tensor x) => x * (float)x.sum(); // refused:Conversion

    private static Tensor Data(Tensor x) => x * x.sum().data<float>()[0]; // refused:Data

    private static Tensor Loop(Tensor x)
    {
        for (int i = 0; i < x.sum().item<float>(); i++) x = x - 100; // refused:Loop
        return x;
    }

    private static Tensor SliceUse(Tensor x)
    {
        var (y, view) = SliceWrite(x * 2);
        return view.add(y.sum()); // refused:SliceUse
    }

    private static (Tensor, Tensor) SliceWrite(Tensor y)
    {
        var view = y[.., 1..3];
        y.add_(1); // refused:SliceWrite
        return (y, view);
    }

    private static Tensor TransposeUse(Tensor x)
    {
        var (y, view) = TransposeWrite(x * 2);
        return view.add(y.sum()); // refused:TransposeUse
    }

    private static (Tensor, Tensor) TransposeWrite(Tensor y)
    {
        var view = y.transpose(0, 1);
        y.mul_(3); // refused:TransposeWrite
        return (y, view);
    }

    private static int LineOf(string marker, [CallerFilePath] string file = "") =>
        1 + File.ReadLines(file).TakeWhile(line => !line.EndsWith($"// refused:{marker}", StringComparison.Ordinal)).Count();
}
