using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Which network, and where it runs.</summary>
internal sealed class ModelOptions
{
    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = "The network: best, conv, dense, or an ONNX file that OnnxDigits exported.",
        HelpName = "best|conv|dense|FILE",
        DefaultValueFactory = _ => "best",
    };

    private readonly Option<bool> _allowForeignModel = new("--allow-foreign-model")
    {
        Description = "Take an ONNX file of another origin, if it has our input and output; only one that you trust.",
    };

    private readonly Option<string> _device = new("--device", "-d")
    {
        Description = "Where it runs: auto takes a GPU when that is faster, else the CPU; a named device must be there.",
        HelpName = "auto|cpu|cuda[:N]|webgpu[:N]",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<int?> _batchSize = CommonOptions.Within(new Option<int?>("--batch-size", "-b")
    {
        Description = "The most images in one run of the network; by default as many as suit the device. Results do not depend on it.",
        HelpName = "N",
    }, 1, 65_536);

    private readonly ProviderLibraryOption _providerLibrary = new();

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_allowForeignModel);
        command.Add(_device);
        command.Add(_batchSize);
        _providerLibrary.AddTo(command);
    }

    /// <summary>Opens the model that the options name.</summary>
    public DigitClassifier Open(ParseResult parsed, float threshold = 0.5f)
    {
        string model = parsed.GetValue(_model)!;
        var options = new DigitClassifierOptions
        {
            AllowForeignModel = parsed.GetValue(_allowForeignModel),
            Device = parsed.GetValue(_device)!,
            BatchSize = parsed.GetValue(_batchSize),
            ConfidenceThreshold = threshold,
        };
        _providerLibrary.Apply(parsed, options);
        try
        {
            options.Validate();
        }
        catch (ValidationException e)
        {
            throw new UsageException($"{_device.Name}: {e.Message}", innerException: e);
        }
        switch (model)
        {
            case "best" or "conv" or "dense":
                options.Model = Enum.Parse<EmbeddedModel>(model, ignoreCase: true);
                return new DigitClassifier(options);
            default:
                return DigitClassifier.Load(model, options);
        }
    }
}
