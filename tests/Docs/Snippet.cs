using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Docs;

/// <summary>A block of C# as a program of its own, compiled with what a new project has.</summary>
internal static class Snippet
{
    // What <ImplicitUsings> gives a console program, and what it adds for a web one.
    private static readonly string[] Console = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];
    private static readonly string[] Web = [.. Console, "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting"];

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>The program's file; fails with the compiler's words when there is none.</summary>
    /// <param name="block">The code.</param>
    /// <param name="around">What the text around the block takes for granted.</param>
    /// <param name="folder">Where to write it.</param>
    public static string Compile(CodeBlock block, Expectation around, string folder)
    {
        string[] usings = block.Text.Contains("WebApplication", StringComparison.Ordinal) ? Web : Console;
        string global = string.Concat(usings.Select(name => $"global using {name};\n"));
        // A program has its directives first, then statements, then types; so has the block.
        string[] lines = block.Text.Split('\n');
        int head = Array.FindLastIndex(lines, line => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=') && line.EndsWith(';')) + 1;
        string program = $"{string.Join('\n', lines[..head])}\n{around.Given}\n#line {block.Line + head + 1}\n{string.Join('\n', lines[head..])}";

        string path = Path.Combine(folder, $"block{block.Line}.dll");
        var parse = new CSharpParseOptions(LanguageVersion.Preview);
        var compilation = CSharpCompilation.Create(
            $"block{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(global + around.Types, parse), CSharpSyntaxTree.ParseText(program, parse, "block.cs", System.Text.Encoding.UTF8)],
            References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        EmitResult result;
        string pdb = Path.ChangeExtension(path, ".pdb");
        using (FileStream assembly = File.Create(path), symbols = File.Create(pdb))
            result = compilation.Emit(assembly, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb, pdbFilePath: pdb));
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(found => found.Severity >= DiagnosticSeverity.Warning)));
        return path;
    }

    /// <summary>What the program prints.</summary>
    public static string Run(string path, string folder)
    {
        TextWriter console = System.Console.Out;
        string before = Environment.CurrentDirectory;
        using var output = new StringWriter();
        System.Console.SetOut(output);
        Environment.CurrentDirectory = folder;
        try
        {
            MethodInfo main = Assembly.LoadFrom(path).EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
            return output.ToString();
        }
        finally
        {
            Environment.CurrentDirectory = before;
            System.Console.SetOut(console);
        }
    }
}
