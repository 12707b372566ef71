using System.CommandLine;
using System.Globalization;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>The options that every command has.</summary>
internal static class CommonOptions
{
    public static Option<string> Model() => new("--model", "-m")
    {
        Description = "The network: conv, dense, best, or an ONNX file that OnnxDigits exported.",
        HelpName = "conv|dense|best|FILE",
        DefaultValueFactory = _ => "conv",
    };

    public static Option<bool> AllowForeignModel() => new("--allow-foreign-model")
    {
        Description = "Take an ONNX file of another origin, if it has our input and output; only one that you trust.",
    };

    public static Option<string> Device() => new("--device", "-d")
    {
        Description = "Where it runs: auto takes CUDA when it works, else the CPU; a named device must be there.",
        HelpName = "auto|cpu|cuda[:N]",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<int> Threads() => Within(new Option<int>("--threads", "-t")
    {
        Description = "Files and images in work at once; all cores by default. Results do not depend on it.",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    }, 1, 256);

    public static Option<string?> Format(params string[] formats) => OneOf(new Option<string?>("--format", "-f")
    {
        Description = $"{string.Join(", ", formats)}; on a terminal a table, else JSON.",
        HelpName = string.Join('|', formats),
    }, formats);

    public static Option<int> Within(Option<int> option, int least, int most)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && (value < least || value > most))
                result.AddError(most == int.MaxValue
                    ? $"{option.Name} is a number from {least} on."
                    : $"{option.Name} is a number from {least} to {most}.");
        });
        return option;
    }

    public static Option<T> OneOf<T>(Option<T> option, params string[] values)
    {
        option.CompletionSources.Add(values);
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !values.Contains(result.Tokens[0].Value))
                result.AddError($"{option.Name} is {string.Join(", ", values)}, not '{result.Tokens[0].Value}'.");
        });
        return option;
    }

    public static Option<double?> Share(string name, string description)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = "0..1" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out double value)
                && value is not (>= 0 and <= 1))
                result.AddError($"{name} is a number from 0 to 1.");
        });
        return option;
    }

    /// <summary>Opens the model that the options name.</summary>
    public static DigitClassifier Open(string model, string device, bool allowForeignModel)
    {
        DigitClassifierOptions options;
        try
        {
            options = new DigitClassifierOptions { Device = device, AllowForeignModel = allowForeignModel };
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--device: {e.Message}", innerException: e);
        }
        return model switch
        {
            "conv" => new DigitClassifier(options),
            "best" => new DigitClassifier(options with { Model = EmbeddedModel.Best }),
            "dense" => new DigitClassifier(options with { Model = EmbeddedModel.Dense }),
            _ => DigitClassifier.Load(model, options),
        };
    }
}
