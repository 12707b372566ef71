using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using OnnxDigits.Inference;

namespace OnnxDigits.Cli.Commands;

/// <summary>--provider-library NAME=PATH: the plugin that brings a kind of device.</summary>
internal sealed class ProviderLibraryOption
{
    private readonly Option<string[]> _option = new("--provider-library")
    {
        Description = "A plugin of ONNX Runtime that brings this kind of device; its code runs, so only one that you trust.",
        HelpName = "cuda|webgpu=PATH",
    };

    public void AddTo(Command command) => command.Add(_option);

    /// <exception cref="UsageException">A value has another form, or names no such device.</exception>
    public void Apply(ParseResult parsed, DigitClassifierOptions options)
    {
        foreach (string value in parsed.GetValue(_option) ?? [])
        {
            if (value.Split('=', 2) is not [var name, var path])
                throw new UsageException($"{_option.Name}: '{value}' is not of the form NAME=PATH.");
            if (!options.ProviderLibraries.TryAdd(name, path))
                throw new UsageException($"{_option.Name}: there are two libraries for '{name}'; name one.");
        }
        try
        {
            options.Validate();
        }
        catch (ValidationException e) when (e.ValidationResult.MemberNames.Contains(nameof(options.ProviderLibraries)))
        {
            throw new UsageException($"{_option.Name}: {e.Message}", innerException: e);
        }
        catch (ValidationException)
        {
            // The caller reports the other options.
        }
    }
}
