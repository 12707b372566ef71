using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Docs;

/// <summary>Compiles and runs a block of C# as a program, with the implicit usings of a new project.</summary>
internal static class Snippet
{
    private static readonly string[] ConsoleUsings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
        "System.Threading.Tasks",
    ];

    private static readonly string[] WebUsings =
    [
        .. ConsoleUsings, "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing",
        "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting",
    ];

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Compiles a block and returns the path of its assembly.</summary>
    /// <param name="block">The block.</param>
    /// <param name="prelude">Directives and statements to insert after the block's using directives.</param>
    /// <param name="types">The source of types that the block may use.</param>
    /// <param name="folder">The folder of the assembly.</param>
    public static string Compile(CodeBlock block, string prelude, string types, string folder)
    {
        string[] usings = block.Text.Contains("WebApplication", StringComparison.Ordinal) ? WebUsings : ConsoleUsings;
        string implicitUsings = string.Concat(usings.Select(name => $"global using {name};\n"));
        string[] lines = block.Text.Split('\n');
        int head = 1 + Array.FindLastIndex(
            lines, line => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('='));
        string program = string.Join('\n',
            [.. lines[..head], prelude, $"#line {block.Line + head + 1}", .. lines[head..]]);

        var parse = new CSharpParseOptions(LanguageVersion.Preview);
        var compilation = CSharpCompilation.Create(
            $"block{Guid.NewGuid():N}",
            [
                CSharpSyntaxTree.ParseText(implicitUsings + types, parse),
                CSharpSyntaxTree.ParseText(program, parse, "block.cs", Encoding.UTF8),
            ],
            References,
            new CSharpCompilationOptions(
                OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        string assembly = Path.Combine(folder, $"block{block.Line}.dll");
        EmitResult result;
        // The exporter reads files and lines from the symbols, and finds them by the path in the assembly.
        string pdb = Path.ChangeExtension(assembly, ".pdb");
        var options = new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb, pdbFilePath: pdb);
        using (FileStream code = File.Create(assembly), symbols = File.Create(pdb))
        {
            result = compilation.Emit(code, symbols, options: options);
        }
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return assembly;
    }

    /// <summary>Runs a program in a folder and returns its output.</summary>
    public static string Run(string assembly, string folder)
    {
        TextWriter console = Console.Out;
        string before = Environment.CurrentDirectory;
        using var output = new StringWriter();
        Console.SetOut(output);
        Environment.CurrentDirectory = folder;
        try
        {
            MethodInfo main = Assembly.LoadFrom(assembly).EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
            return output.ToString();
        }
        finally
        {
            Environment.CurrentDirectory = before;
            Console.SetOut(console);
        }
    }
}
