using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;

namespace TorchOnnx.Tracing;

/// <summary>Finds source lines in portable debug symbols, either embedded or in a file beside the assembly.</summary>
internal static class DebugSymbols
{
    private static readonly ConditionalWeakTable<Assembly, StrongBox<MetadataReader?>> Readers = [];

    /// <summary>
    /// Returns the source line of an IL offset, without file and line if the assembly has no symbols.
    /// </summary>
    public static SourceLine Find(MethodBase method, int offset)
    {
        var unknown = new SourceLine { Method = MethodNames.OfSource(method) };
        if (Readers.GetValue(method.Module.Assembly, assembly => new(Open(assembly))).Value is not { } reader)
        {
            return unknown;
        }
        var handle = MetadataTokens.MethodDefinitionHandle(method.MetadataToken & 0xFFFFFF);
        SequencePoint? found = null;
        foreach (var point in reader.GetMethodDebugInformation(handle).GetSequencePoints())
        {
            if (point.Offset <= offset && !point.IsHidden) found = point;
        }
        return found is { } line
            ? unknown with { File = reader.GetString(reader.GetDocument(line.Document).Name), Line = line.StartLine }
            : unknown;
    }

    private static MetadataReader? Open(Assembly assembly)
    {
        try
        {
            if (assembly.Location.Length == 0) return null;
            var portable = new PEReader(File.OpenRead(assembly.Location), PEStreamOptions.PrefetchEntireImage);
            return portable.TryOpenAssociatedPortablePdb(
                    assembly.Location, path => File.Exists(path) ? File.OpenRead(path) : null, out var provider, out _)
                ? provider!.GetMetadataReader()
                : null;
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
