using System.CommandLine;
using TorchOnnx.OnnxRuntime;
using TorchOnnx.Tool.Models;

namespace TorchOnnx.Tool.Commands;

/// <summary>Represents <c>torchonnx quantize</c>, which writes a model with 8-bit integers.</summary>
internal static class QuantizeCommand
{
    public static Command Create(TextWriter output)
    {
        var file = new Argument<string>("FILE");
        var target = new Argument<string>("OUTPUT");
        var inputs = new InputSource();
        inputs.Files.Required = true;
        inputs.Files.Description =
            "The calibration: a .npy file, a .npz file with an array for each input, or a folder of them.";
        var mode = Options.OneOf(
            "--mode", "Fix the ranges of activations by the calibration, or measure them in each run.", "static",
            "dynamic");
        var method = Options.OneOf(
            "--method", "The method that sets the ranges of activations.", "minmax", "percentile", "entropy");
        var bound = Options.Share("--max-error", "The largest allowed relative error of an output. Default: 0.1.");
        var perTensor = new Option<bool>("--per-tensor") { Description = "Use one scale for each weight." };
        var reduced = new Option<bool>("--reduced-range")
        {
            Description = "Use 7 bits of weights, for processors without VNNI.",
        };
        var skipped = new Option<string[]>("--skip") { Description = "A node to leave in float32.", HelpName = "NODE" };
        var command = new Command("quantize", "Writes a model with 8-bit integers, and reports its error.")
        {
            file, target, inputs.Files, mode, method, bound, perTensor, reduced, skipped,
        };
        command.SetAction(parsed =>
        {
            var model = ModelFile.Read(parsed.GetValue(file)!);
            string[] nodes = parsed.GetValue(skipped) ?? [];
            if (nodes.Except(model.Graph.Node.Select(InspectCommand.TitleOf)).FirstOrDefault() is { } unknown)
            {
                throw new CommandException($"--skip names the node '{unknown}', which '{model.Path}' doesn't have. "
                    + "torchonnx inspect --nodes lists its nodes.");
            }
            var options = new QuantizationOptions
            {
                Runner = new OnnxRuntimeRunner(),
                Mode = Enum.Parse<QuantizationMode>(parsed.GetValue(mode)!, ignoreCase: true),
                Calibration = Enum.Parse<CalibrationMethod>(parsed.GetValue(method)!, ignoreCase: true),
                MaxRelativeError = parsed.GetValue(bound) ?? 0.1,
                PerChannel = !parsed.GetValue(perTensor),
                ReducedRange = parsed.GetValue(reduced),
                SkippedNodes = nodes,
            };
            var calibration = inputs.Read(parsed, model).Select(batch =>
                (IReadOnlyList<GraphTensor>)[.. model.Inputs.Select(input => batch.Tensors[input.Name])]);
            var quantized = Quantize(model.RunnablePath, calibration, options);
            try
            {
                quantized.Save(parsed.GetValue(target)!);
            }
            catch (IOException e)
            {
                throw new CommandException(e.Message, ExitCode.Output, e);
            }
            output.WriteLine(quantized.Report);
            return ExitCode.Success;
        });
        return command;
    }

    private static QuantizedModel Quantize(
        string path, IEnumerable<IReadOnlyList<GraphTensor>> calibration, QuantizationOptions options)
    {
        try
        {
            return OnnxQuantizer.Quantize(path, calibration, options);
        }
        catch (QuantizationException e)
        {
            // The options of the library are options of the command.
            string message = e.Message.Replace("MaxRelativeError", "--max-error").Replace("SkippedNodes", "--skip");
            throw new CommandException(message, e.Report is null ? ExitCode.Model : ExitCode.Failed, e);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(e.Message.Split(" (Parameter")[0], ExitCode.Data, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(e.Message, ExitCode.Model, e);
        }
    }
}
