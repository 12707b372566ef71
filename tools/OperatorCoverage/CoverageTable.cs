using System.Text;
using TorchSharp;

namespace TorchOnnx.Tools.OperatorCoverage;

/// <summary>All modules and methods of TorchSharp and what becomes of them in an export.</summary>
internal static class CoverageTable
{
    private static readonly ConverterRegistry Converters = new();

    /// <summary>The public modules of TorchSharp that can be objects, in the order of their names.</summary>
    public static IReadOnlyList<Type> Modules { get; } =
        [.. typeof(torch.nn.Module).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && typeof(torch.nn.Module).IsAssignableFrom(type))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>Exports each sample and tells what became of it.</summary>
    public static IReadOnlyList<CoverageRow> Rows() => [.. Modules.Select(Row)];

    /// <summary>The table as Markdown.</summary>
    public static string Write()
    {
        var rows = Rows();
        var text = new StringBuilder();
        text.Append(
            $"""
            # What can be exported

            Written by `dotnet run --project tools/OperatorCoverage -- docs/coverage.md`, which exports a sample of each module; a
            test holds this file against it. TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)},
            operator set {new OnnxExportOptions().Opset} where none is named.

            ## Modules

            {string.Join(", ", Enum.GetValues<CoverageStatus>().Select(status =>
                $"{rows.Count(row => row.Status == status)} {Name(status)}"))}.

            - *converted*: a converter writes the module with the ONNX operators that are listed, as the sample shows them.
            - *followed*: the module's own code is traced, and what it calls is converted.
            - *refused*: the export ends with the reason that is given.
            - *loss*: for training, not for inference.

            | Module | Status | ONNX operators, or the reason |
            |---|---|---|

            """);
        foreach (var row in rows)
            text.Append($"| {Name(row.Module)} | {Name(row.Status)} | {row.Details.Replace("|", "\\|")} |\n");
        text.Append(
            """

            ## Operations

            All overloads of a name, and its form with an underscore that works in place. The operators are those that the
            converter names on any of its ways; one call writes some of them. What is not listed is followed, down to what is, or
            refused by name.

            | Operation | Status | ONNX operators, or the reason |
            |---|---|---|

            """);
        foreach (var (type, name) in Converters.Methods)
            text.Append($"| {Name(type)}.{Name(name)} | {Operation(new(Converters.Find(type, name)!))} |\n");
        return text.ToString();
    }

    private static string Operation(ConverterOperators converter) => converter switch
    {
        { Operators.Count: > 0 } => $"converted | {string.Join(", ", converter.Operators)}",
        { Reason: { } reason } => $"refused | {reason}",
        _ => "converted | passed on",
    };

    private static CoverageRow Row(Type module)
    {
        if (IsLoss(module)) return new(module, CoverageStatus.Loss, "");
        if (Samples.Containers.TryGetValue(module, out string? why)) return new(module, CoverageStatus.Followed, why);
        var sample = Samples.ByModule[module];
        using var scope = torch.NewDisposeScope();
        try
        {
            var program = OnnxExporter.Export(sample.Build(), sample.Example(), sample.Options);
            string operators = string.Join(
                ", ", program.Nodes.Select(node => node.OpType).Distinct().Order(StringComparer.Ordinal));
            bool isConverted = Converters.ModuleTypes.Contains(module);
            return new(
                module, isConverted ? CoverageStatus.Converted : CoverageStatus.Followed,
                sample.Remark.Length == 0 ? operators : $"{operators} ({sample.Remark})");
        }
        catch (OnnxExportException refusal)
        {
            return new(module, CoverageStatus.Refused, refusal.Problems[0].Reason);
        }
    }

    private static bool IsLoss(Type? type) =>
        type is not null && (type.Name.Split('`')[0] is "Loss" or "WeightedLoss" || IsLoss(type.BaseType));

    // "torch.nn.functional", not "torch+nn+functional"; "ModuleList<T>", not "ModuleList`1".
    private static string Name(Type type)
    {
        string name = type.DeclaringType is { } outer ? $"{Name(outer)}.{type.Name}" : type.Name;
        if (!type.IsGenericTypeDefinition || !name.Contains('`')) return name;
        var arguments = type.GetGenericArguments().Select(argument => argument.Name);
        return $"{name[..name.IndexOf('`')]}&lt;{string.Join(", ", arguments)}&gt;";
    }

    private static string Name(CoverageStatus status) => status.ToString().ToLowerInvariant();

    private static string Name(string method) =>
        method.StartsWith("get_", StringComparison.Ordinal) ? method["get_".Length..] : method;
}
