using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>Represents the options for the model and the device that runs it.</summary>
internal sealed class ModelOptions
{
    private static readonly string[] Embedded = ["best", "conv", "dense"];

    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = "The network: best, conv, dense, or an ONNX file that OnnxDigits exported.",
        HelpName = "best|conv|dense|FILE",
        CompletionSources = { Embedded },
        DefaultValueFactory = _ => "best",
    };

    private readonly Option<bool> _allowForeignModel = new("--allow-foreign-model")
    {
        Description = "Accept an ONNX file from another source that has the same input and output. "
            + "Use only files that you trust.",
    };

    private readonly Option<string> _device = new("--device", "-d")
    {
        Description = "The device that runs the network. auto takes CUDA if it loads, otherwise the CPU.",
        HelpName = "auto|cpu|cuda[:N]|webgpu[:N]",
        CompletionSources = { DigitDevices.Auto, DigitDevices.Cpu, DigitDevices.Cuda, DigitDevices.WebGpu },
        DefaultValueFactory = _ => DigitDevices.Auto,
    };

    private readonly Option<int?> _batchSize = Options.Count(
        "--batch-size",
        "The largest number of images in one run of the network. The default depends on the device. The results don't "
            + "depend on it.",
        max: 65_536).WithAlias("-b");

    private readonly Option<string[]> _providerLibrary = ProviderLibrary();

    public static Option<string[]> ProviderLibrary() => new("--provider-library")
    {
        Description = "An ONNX Runtime plugin library for a kind of device. It runs native code, so use only "
            + "libraries that you trust.",
        HelpName = "cuda|webgpu=PATH",
        CompletionSources = { $"{DigitDevices.Cuda}=", $"{DigitDevices.WebGpu}=" },
    };

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_allowForeignModel);
        command.Add(_device);
        command.Add(_providerLibrary);
        command.Add(_batchSize);
    }

    /// <summary>Gets the files of the model and of the provider libraries.</summary>
    public IEnumerable<string> Files(ParseResult parsed) =>
    [
        parsed.GetValue(_model)!,
        .. (parsed.GetValue(_providerLibrary) ?? []).Select(library => library[(library.IndexOf('=') + 1)..]),
    ];

    /// <summary>Opens the model on the device.</summary>
    /// <exception cref="CommandException">An option is invalid.</exception>
    public DigitClassifier Open(ParseResult parsed, double? threshold = null)
    {
        var options = new DigitClassifierOptions
        {
            AllowForeignModel = parsed.GetValue(_allowForeignModel),
            Device = parsed.GetValue(_device)!,
            BatchSize = parsed.GetValue(_batchSize),
        };
        if (threshold is { } confidence) options.ConfidenceThreshold = (float)confidence;
        string model = parsed.GetValue(_model)!;
        if (Embedded.Contains(model))
        {
            options.Model = Enum.Parse<EmbeddedModel>(model, ignoreCase: true);
        }
        else if (!Path.Exists(model)
            && Suggestion.For(Path.GetFileNameWithoutExtension(model), Embedded) is { Length: > 0 } suggestion)
        {
            throw new CommandException($"there is no model file '{model}'.{suggestion}", ExitCode.Model);
        }
        else
        {
            options.ModelPath = model;
        }
        AddProviderLibraries(parsed, _providerLibrary, options);
        return new DigitClassifier(options);
    }

    /// <summary>Adds the values of <c>--provider-library</c> to the options, and validates them.</summary>
    /// <exception cref="CommandException">An option is invalid.</exception>
    public static void AddProviderLibraries(
        ParseResult parsed, Option<string[]> providerLibrary, DigitClassifierOptions options)
    {
        foreach (string value in parsed.GetValue(providerLibrary) ?? [])
        {
            if (value.Split('=', 2) is not [var name, var path])
            {
                throw new CommandException($"{providerLibrary.Name} needs cuda=PATH or webgpu=PATH, not '{value}'.");
            }
            if (!options.ProviderLibraries.TryAdd(name, path))
            {
                throw new CommandException($"{providerLibrary.Name}: '{name}' has two libraries. Name one.");
            }
        }
        try
        {
            options.Validate();
        }
        catch (ValidationException e)
        {
            string property = e.ValidationResult.MemberNames.First();
            string option = property == nameof(options.ProviderLibraries) ? providerLibrary.Name : "--device";
            // The message starts with the name of the property.
            throw new CommandException(option + e.Message[property.Length..], innerException: e);
        }
    }
}
