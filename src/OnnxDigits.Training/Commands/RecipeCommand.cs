using System.CommandLine;
using System.Text;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using OnnxDigits.Training.Reports;

namespace OnnxDigits.Training.Commands;

/// <summary>Defines and runs <c>recipe</c>, which prints a recipe or the schema of recipe files.</summary>
internal static class RecipeCommand
{
    public static Command Create(CommandContext context)
    {
        Option<string> network = Options.OneOf("--network", "The network.", [.. DigitNetworks.Names]);
        var recipe = new RecipeOptions();
        var schema = new Option<bool>("--schema") { Description = "Print the JSON schema of recipe files." };
        var command = new Command("recipe", "Prints the recipe of a network as JSON, with the changes of the options.")
        {
            network, schema,
        };
        recipe.AddTo(command);
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(network)!;
            if (parsed.GetValue(schema)) context.Console.Profile.Out.Writer.Write(ReadSchema());
            else Print(context, recipe.RecipesFor([name], parsed)[name]);
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Prints a recipe as JSON.</summary>
    // Spectre.Console would wrap the lines.
    public static void Print(CommandContext context, Recipe recipe) =>
        context.Console.Profile.Out.Writer.Write(Encoding.UTF8.GetString(ReportJson.ToUtf8(recipe)));

    /// <summary>Returns the JSON schema of recipe files.</summary>
    public static string ReadSchema()
    {
        using var reader = new StreamReader(
            typeof(RecipeCommand).Assembly.GetManifestResourceStream("recipe.schema.json")!);
        return reader.ReadToEnd();
    }
}
