using System.CommandLine;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Onnx;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tool.Models;
using TorchOnnx.Verification;
using Size = Onnx.TensorShapeProto.Types.Dimension;

namespace TorchOnnx.Tool.Commands;

/// <summary>Represents <c>torchonnx compare</c>, which compares two models and their outputs.</summary>
internal static class CompareCommand
{
    public static Command Create(TextWriter output)
    {
        var first = new Argument<string>("FIRST");
        var second = new Argument<string>("SECOND");
        var relative = Options.Share("--relative", "The tolerance relative to each element. Default: 1e-4.");
        var scale = Options.Share("--scale", "The tolerance relative to an output's largest element. Default: 1e-5.");
        var inputs = new InputSource();
        var command = new Command("compare", "Compares the structure and the outputs of two models.")
        {
            first, second, relative, scale,
        };
        inputs.AddTo(command);
        command.SetAction(parsed =>
        {
            ModelFile left = ModelFile.Read(parsed.GetValue(first)!), right = ModelFile.Read(parsed.GetValue(second)!);
            var samples = inputs.Read(parsed, left);
            WriteStructure(output, left, right);
            string[] differences = [.. Interface("input", left.Inputs, right.Inputs),
                .. Interface("output", left.Graph.Output, right.Graph.Output)];
            foreach (string difference in differences) output.WriteLine($"DIFFERENT {difference}");
            if (differences.Length > 0) return ExitCode.Failed;
            var runner = new OnnxRuntimeRunner();
            using IGraphSession one = Load(runner, left), other = Load(runner, right);
            bool isEqual = true;
            foreach (var (name, tensors) in samples)
            {
                var renamed = left.Inputs.Zip(right.Inputs)
                    .ToDictionary(pair => pair.Second.Name, pair => tensors[pair.First.Name]);
                var (expected, actual) = (Run(one, tensors, left), Run(other, renamed, right));
                foreach (var (outer, inner) in left.Graph.Output.Zip(right.Graph.Output))
                {
                    var comparison = Comparison.Of(
                        actual[inner.Name], expected[outer.Name], parsed.GetValue(relative) ?? 1e-4,
                        parsed.GetValue(scale) ?? 1e-5);
                    isEqual &= comparison.Passed;
                    output.WriteLine($"{(comparison.Passed ? "equal" : "DIFFERENT")} {outer.Name} at {name}: "
                        + Differences(comparison, expected[outer.Name], actual[inner.Name]));
                }
            }
            output.WriteLine(isEqual ? "the outputs are equal" : "the outputs DIFFER");
            return isEqual ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }

    private static string Differences(Comparison comparison, GraphTensor expected, GraphTensor actual) =>
        !expected.Shape.SequenceEqual(actual.Shape)
            ? $"shapes [{string.Join(", ", expected.Shape)}] and [{string.Join(", ", actual.Shape)}]"
            : !Comparison.HasFinite(expected) ? "the first model returns no finite number"
            : comparison.Failure is not null ? $"results of type {expected.ElementType.Name} cannot be compared"
            : double.IsInfinity(comparison.MaxAbsolute) ? "only one of them is a number"
            : string.Create(CultureInfo.InvariantCulture,
                $"max difference {comparison.MaxAbsolute:0.0e+0}, {comparison.MaxRelative:0.0e+0} of the scale");

    private static IGraphSession Load(OnnxRuntimeRunner runner, ModelFile model)
    {
        try
        {
            return runner.Load(model.RunnablePath);
        }
        catch (OnnxRuntimeException e)
        {
            throw new CommandException(
                $"{runner.Name} doesn't load '{model.Path}': {VerifyCommand.OneLine(e)}.", ExitCode.Model, e);
        }
    }

    private static IReadOnlyDictionary<string, GraphTensor> Run(
        IGraphSession session, IReadOnlyDictionary<string, GraphTensor> inputs, ModelFile model)
    {
        try
        {
            return session.Run(inputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new CommandException(
                $"'{model.Path}' doesn't run: {VerifyCommand.OneLine(e)}. {VerifyCommand.Remedy}", ExitCode.Data, e);
        }
        catch (NotSupportedException e)
        {
            throw new CommandException($"'{model.Path}' cannot be compared: {e.Message}", ExitCode.Model, e);
        }
    }

    private static void WriteStructure(TextWriter output, ModelFile left, ModelFile right)
    {
        Write("opset", $"{left.Opset}", $"{right.Opset}");
        Write("IR version", $"{left.Proto.IrVersion}", $"{right.Proto.IrVersion}");
        Write("nodes", InspectCommand.Operators(left.Graph.Node), InspectCommand.Operators(right.Graph.Node));
        Write(
            "weights", InspectCommand.Weights(left.Graph.Initializer),
            InspectCommand.Weights(right.Graph.Initializer));

        void Write(string name, string one, string other) =>
            output.Write(TextLines.Entry(name, one == other ? $"{one} in both" : $"{one} and {other}", 12));
    }

    // Returns differences of dtype, rank and fixed sizes. The names of open dimensions may differ, and their sizes are
    // compared in the results.
    private static IEnumerable<string> Interface(
        string kind, IReadOnlyList<ValueInfoProto> left, IReadOnlyList<ValueInfoProto> right)
    {
        if (left.Count != right.Count)
        {
            yield return $"{kind}s: {string.Join("; ", left.Select(ModelFile.Describe))} and "
                + string.Join("; ", right.Select(ModelFile.Describe));
            yield break;
        }
        foreach (var (one, other) in left.Zip(right))
        {
            var (type, otherType) = (one.Type?.TensorType, other.Type?.TensorType);
            IReadOnlyList<Size> sizes = type?.Shape?.Dim ?? [], otherSizes = otherType?.Shape?.Dim ?? [];
            if (type?.ElemType != otherType?.ElemType || sizes.Count != otherSizes.Count
                || sizes.Zip(otherSizes).Any(size => size.First.DimValue > 0 && size.Second.DimValue > 0
                    && size.First.DimValue != size.Second.DimValue))
            {
                yield return $"{kind}: {ModelFile.Describe(one)} and {ModelFile.Describe(other)}";
            }
        }
    }
}
