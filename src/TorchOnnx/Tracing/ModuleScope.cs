namespace TorchOnnx.Tracing;

/// <summary>Represents one call of a module, in which other calls run.</summary>
/// <param name="outer">The call of the module that contains this call, or <see langword="null"/>.</param>
/// <param name="path">The path of the module as in its state_dict; empty for the root module.</param>
/// <param name="type">The type of the module, or <see langword="null"/> outside of modules.</param>
/// <param name="line">The line of user code that calls the module, or <see langword="null"/>.</param>
internal sealed class ModuleScope(ModuleScope? outer, string path, Type? type, SourceLine? line = null)
{
    public static ModuleScope None { get; } = new(null, "", null);

    public string Path { get; } = path;

    /// <summary>Gets the name of the module's type without namespace and type arguments.</summary>
    public string ShortTypeName => type?.Name.Split('`')[0] ?? "";

    /// <summary>Gets the full name of the module's type.</summary>
    public string TypeName => type?.FullName ?? "model";

    public SourceLine? Line { get; } = line;

    /// <summary>
    /// Gets the calls of submodules that lead to this one, the outermost first, without the root module.
    /// </summary>
    public IReadOnlyList<ModuleScope> Chain => outer is null ? [] : [.. outer.Chain, this];

    public OnnxExportProblem Problem(string reason, string remedy, SourceLine? line) =>
        new(Path, TypeName, reason, remedy, line);
}
