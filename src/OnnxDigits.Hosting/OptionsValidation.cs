using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using OnnxDigits.Inference;

namespace OnnxDigits.Hosting;

/// <summary>Validates options and names the configuration section and the property in the message.</summary>
internal sealed class OptionsValidation(IOptions<Registrations> registrations)
    : IValidateOptions<DigitClassifierOptions>
{
    public ValidateOptionsResult Validate(string? name, DigitClassifierOptions options)
    {
        try
        {
            options.Validate();
            return ValidateOptionsResult.Success;
        }
        catch (ValidationException e)
        {
            string place = registrations.Value.Sections.GetValueOrDefault(name ?? "") is { } section
                ? $"{section}:"
                : string.IsNullOrEmpty(name) ? "DigitClassifierOptions." : $"DigitClassifierOptions '{name}': ";
            return ValidateOptionsResult.Fail(place + e.Message);
        }
    }
}
