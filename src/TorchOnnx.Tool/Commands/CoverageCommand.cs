using System.CommandLine;

namespace TorchOnnx.Tool.Commands;

/// <summary>
/// Represents <c>torchonnx coverage</c>, which lists the modules and operations of TorchSharp that have a converter.
/// </summary>
internal static class CoverageCommand
{
    public static Command Create(TextWriter output)
    {
        var words = new Argument<string[]>("NAME")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Parts of the names of modules or operations, such as Conv or grid_sample.",
        };
        var command = new Command("coverage", "Lists the modules and operations of TorchSharp that can be exported.")
        {
            words,
        };
        command.SetAction(parsed =>
        {
            string[] names = Names();
            string[] wanted = parsed.GetValue(words) ?? [];
            bool isComplete = true;
            foreach (string name in names.Where(name => wanted.Length == 0 || wanted.Any(word => Matches(name, word))))
            {
                output.WriteLine(name);
            }
            foreach (string word in wanted.Where(word => !names.Any(name => Matches(name, word))))
            {
                isComplete = false;
                output.WriteLine($"no converter: {word}.{Suggestion.For(word, names.Select(LastPart))} The exporter "
                    + "follows your own modules and TorchSharp's functions to the operations that they call.");
            }
            return isComplete ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }

    private static bool Matches(string name, string word) => name.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];

    private static string[] Names()
    {
        var converters = new ConverterRegistry();
        return
        [
            .. converters.ModuleTypes.Select(type => $"module {type.Name}"),
            .. from method in converters.Methods
               select $"operation {NameOf(method.Type)}.{method.Name.Replace("get_", "")}",
        ];
    }

    // Nested types of TorchSharp are namespaces of PyTorch.
    private static string NameOf(Type type) =>
        (type.FullName ?? type.Name).Replace("TorchSharp.", "").Replace('+', '.');
}
