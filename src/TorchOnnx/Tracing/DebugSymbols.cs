using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace TorchOnnx.Tracing;

/// <summary>Finds the source lines of IL in portable debug symbols, embedded or in a file beside the assembly.</summary>
internal static partial class DebugSymbols
{
    private static readonly ConcurrentDictionary<Assembly, MetadataReader?> Readers = [];

    public static SourceLine Find(MethodBase method, int offset)
    {
        string name = Name(method);
        if (Readers.GetOrAdd(method.Module.Assembly, Open) is not { } reader) return new() { Method = name };
        var handle = MetadataTokens.MethodDefinitionHandle(method.MetadataToken & 0xFFFFFF);
        SequencePoint? found = null;
        foreach (var point in reader.GetMethodDebugInformation(handle).GetSequencePoints())
            if (point.Offset <= offset && !point.IsHidden) found = point;
        return found is { } line
            ? new() { Method = name, File = reader.GetString(reader.GetDocument(line.Document).Name), Line = line.StartLine }
            : new() { Method = name };
    }

    /// <summary>Type and method as the source has them: the compiler hides lambdas and iterators in classes of its own.</summary>
    public static string Name(MethodBase method)
    {
        var type = method.DeclaringType;
        string name = method.Name;
        while (type is { DeclaringType: not null } && type.Name.StartsWith('<'))
        {
            if (Original().Match(type.Name) is { Success: true } inType && inType.Groups[1].Length > 0) name = inType.Groups[1].Value;
            type = type.DeclaringType;
        }
        if (Original().Match(method.Name) is { Success: true } match && match.Groups[1].Length > 0) name = match.Groups[1].Value;
        return type is null ? name : $"{type.Name.Split('`')[0]}.{name}";
    }

    // The readers are kept for the life of the process, as the assemblies are.
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
        catch (Exception exception) when (exception is IOException or BadImageFormatException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex("^<([^>]*)>")]
    private static partial Regex Original();
}
