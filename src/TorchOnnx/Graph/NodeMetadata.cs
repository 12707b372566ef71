using Onnx;
using TorchOnnx.Tracing;

namespace TorchOnnx.Graph;

/// <summary>
/// Writes the module and the source line of a node to its metadata, without the paths of source files.
/// </summary>
internal static class NodeMetadata
{
    private const string Path = "module", Type = "module_type", Source = "source";

    public static void Write(NodeProto node, ModuleScope scope, SourceLine? line)
    {
        if (scope.Path.Length > 0) Add(Path, scope.Path);
        Add(Type, scope.TypeName);
        if (line is not null) Add(Source, line.File is null ? line.Method : line.ToString());

        void Add(string key, string value) =>
            node.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    /// <summary>Removes the path of the module, which differs between the calls of a function.</summary>
    public static void RemovePath(NodeProto node)
    {
        foreach (var entry in node.MetadataProps.Where(entry => entry.Key == Path).ToList())
        {
            node.MetadataProps.Remove(entry);
        }
    }
}
