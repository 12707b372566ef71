using OnnxDigits.Server.Protocol;

namespace OnnxDigits.Server.Models;

/// <summary>Holds the models that the server offers, by name and version.</summary>
internal sealed class ModelCatalog(IReadOnlyList<ServedModel> models) : IDisposable
{
    private readonly Dictionary<string, ServedModel[]> _byName = models
        .GroupBy(model => model.Name)
        .ToDictionary(group => group.Key, group => group.OrderBy(Order).ThenBy(model => model.Version).ToArray());

    /// <summary>Returns the versions of a model, the default version last.</summary>
    /// <exception cref="ProtocolException">There is no such model.</exception>
    public IReadOnlyList<ServedModel> VersionsOf(string name) => _byName.GetValueOrDefault(name)
        ?? throw new ProtocolException("There is no model of this name.", StatusCodes.Status404NotFound);

    /// <summary>Returns a version of a model, or its highest version.</summary>
    /// <exception cref="ProtocolException">There is no such model or version.</exception>
    public ServedModel Find(string name, string? version)
    {
        var versions = VersionsOf(name);
        return string.IsNullOrEmpty(version)
            ? versions[^1]
            : versions.FirstOrDefault(model => model.Version == version) ?? throw new ProtocolException(
                "The model has no such version.", StatusCodes.Status404NotFound);
    }

    public void Dispose()
    {
        foreach (var model in models) model.Dispose();
    }

    private static long Order(ServedModel model) => long.TryParse(model.Version, out long number) ? number : -1;
}
