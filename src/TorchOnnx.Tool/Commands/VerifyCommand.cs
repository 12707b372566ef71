using System.CommandLine;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tool.Models;
using TorchOnnx.Verification;

namespace TorchOnnx.Tool.Commands;

/// <summary>Represents <c>torchonnx verify</c>, which checks a model and runs it at several sizes.</summary>
internal static class VerifyCommand
{
    public static Command Create(TextWriter output)
    {
        var file = new Argument<string>("FILE");
        var inputs = new InputSource();
        var command = new Command(
            "verify", "Checks that a model is well formed and returns finite numbers at several sizes.") { file };
        inputs.AddTo(command);
        command.SetAction(parsed =>
        {
            var model = ModelFile.Read(parsed.GetValue(file)!);
            string[] problems = [.. StructureCheck.Problems(model)];
            foreach (string problem in problems) output.WriteLine($"FAILED structure: {problem}");
            if (problems.Length > 0) return ExitCode.Failed;
            var samples = inputs.Read(parsed, model);
            var runner = new OnnxRuntimeRunner();
            output.WriteLine($"well formed: opset {model.Opset}, {model.Graph.Node.Count} nodes");
            int failures = 0;
            try
            {
                using var session = runner.Load(model.RunnablePath);
                foreach (var (name, tensors) in samples)
                {
                    string? failure = Run(session, tensors, model, out string results);
                    output.WriteLine(failure is null ? $"{name}: {results}" : $"FAILED {name}: {failure}");
                    if (failure is not null) failures++;
                }
            }
            catch (OnnxRuntimeException e)
            {
                output.WriteLine($"FAILED: {runner.Name} doesn't load the model: {OneLine(e)}.");
                failures++;
            }
            output.WriteLine(failures == 0 ? $"verified on {runner.Name}" : $"FAILED on {runner.Name}");
            return failures == 0 ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }

    /// <summary>Returns the message of an exception on one line, without a full stop.</summary>
    public static string OneLine(Exception exception) =>
        string.Join(' ', exception.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');

    /// <summary>The remedy if a model isn't made for its inputs.</summary>
    public const string Remedy = "If the model isn't made for such inputs, give others with --size or --inputs.";

    private static string? Run(
        IGraphSession session, IReadOnlyDictionary<string, GraphTensor> inputs, ModelFile model, out string results)
    {
        results = "";
        try
        {
            var outputs = session.Run(inputs);
            results = string.Join("; ", outputs.Select(output =>
                $"{output.Key} [{string.Join(", ", output.Value.Shape)}]{Range(output.Value)}"));
            return outputs.Select(output => Comparison.IsFinite(output.Value)
                    ? ShapeProblem(model, output.Key, output.Value)
                    : $"output '{output.Key}' contains NaN or infinity. {Remedy}")
                .FirstOrDefault(problem => problem is not null);
        }
        catch (OnnxRuntimeException e)
        {
            return $"{OneLine(e)}. {Remedy}";
        }
        catch (NotSupportedException e)
        {
            return e.Message;
        }
    }

    private static string? ShapeProblem(ModelFile model, string name, GraphTensor tensor)
    {
        var shape = model.Graph.Output.First(output => output.Name == name).Type?.TensorType?.Shape;
        bool fits = shape is null || (shape.Dim.Count == tensor.Shape.Count
            && shape.Dim.Zip(tensor.Shape)
                .All(size => ModelFile.IsOpen(size.First) || size.First.DimValue == size.Second));
        return fits
            ? null
            : $"output '{name}' has shape [{string.Join(", ", tensor.Shape)}], and the model declares "
                + ModelFile.TypeOf(model.Graph.Output.First(output => output.Name == name));
    }

    private static string Range(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> { Data.Length: > 0 } floats => Range(floats.Data.Min(), floats.Data.Max()),
        GraphTensor<double> { Data.Length: > 0 } doubles => Range(doubles.Data.Min(), doubles.Data.Max()),
        _ => "",
    };

    private static string Range(double min, double max) =>
        string.Create(CultureInfo.InvariantCulture, $" from {min:0.###} to {max:0.###}");
}
