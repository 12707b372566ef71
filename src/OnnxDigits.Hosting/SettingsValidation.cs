using Microsoft.Extensions.Options;

namespace OnnxDigits.Hosting;

/// <summary>Holds settings against the rules of the options that they become, and names what is wrong.</summary>
internal sealed class SettingsValidation : IValidateOptions<DigitClassifierSettings>
{
    public ValidateOptionsResult Validate(string? name, DigitClassifierSettings options)
    {
        string which = string.IsNullOrEmpty(name) ? "The digit classifier" : $"The digit classifier '{name}'";
        if (options.ModelPath is { Length: 0 })
            return ValidateOptionsResult.Fail($"{which} has an empty ModelPath: name a file, or leave it out.");
        try
        {
            options.ToOptions();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentOutOfRangeException e)
        {
            return ValidateOptionsResult.Fail($"{which} has {e.ParamName} = {e.ActualValue}: {WithoutParameter(e)}");
        }
        catch (ArgumentException e)
        {
            return ValidateOptionsResult.Fail($"{which} has a wrong setting: {WithoutParameter(e)}");
        }
    }

    // The framework appends the parameter's name and, on a line of its own, the value; the sentence has both already.
    private static string WithoutParameter(ArgumentException e) => e.Message.Split(" (Parameter '")[0];
}
