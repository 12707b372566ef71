using System.CommandLine;
using Microsoft.ML.OnnxRuntime;
using TorchOnnx.Tool.Commands;

namespace TorchOnnx.Tool;

/// <summary>Runs the command line and reports an expected failure as one line and an exit code.</summary>
internal static class ToolApplication
{
    private const string Ending = """
        Examples:
          torchonnx inspect model.onnx --nodes
          torchonnx compare model.onnx optimized.onnx
          torchonnx verify model.onnx --size T=16,50
          torchonnx quantize model.onnx small.onnx --inputs calibration/
          torchonnx coverage grid_sample

        Exit codes:
          0    success
          1    the models differ, a check failed, an error exceeds --max-error, or
               a name has no converter
          2    the command line is invalid
          3    a model or a native library is missing or invalid
          4    the inputs cannot be read or don't fit the model
          5    the output cannot be written

        """;

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        var root = new Command("torchonnx", "Inspects, compares, verifies and quantizes ONNX files.");
        root.Add(InspectCommand.Create(output));
        root.Add(CompareCommand.Create(output));
        root.Add(VerifyCommand.Create(output));
        root.Add(CoverageCommand.Create(output));
        root.Add(QuantizeCommand.Create(output));
        root.Add(new CommandHelp([], Ending).CreateOption());
        root.Add(new VersionOption { Description = "Show the version." });
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UsageError.In(parsed, args) is { } mistake) return Fail(mistake, ExitCode.Usage);
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return parsed.Invoke(invocation);
        }
        catch (CommandException e)
        {
            return Fail(e.Message, e.ExitCode);
        }
        catch (OutOfMemoryException)
        {
            return Fail("the memory isn't sufficient for these inputs. Give smaller ones.", ExitCode.Data);
        }
        catch (Exception e) when (AtomicFile.IsWriteError(e))
        {
            return Fail($"the results cannot be written: {AtomicFile.Reason(e)}", ExitCode.Output);
        }
        catch (Exception e) when (e is OnnxRuntimeException or DllNotFoundException or TypeInitializationException)
        {
            return Fail($"ONNX Runtime failed: {(e.InnerException ?? e).Message.Split('\n')[0]}", ExitCode.Model);
        }

        int Fail(string message, int code)
        {
            error.WriteLine($"torchonnx: {message}");
            return code;
        }
    }
}
