using System.Text.Json;

namespace OnnxDigits.Inference.Tests;

public class DependencyTests
{
    [Fact]
    public void Inference_DependsOnlyOnProtobufAndTheManagedRuntime()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "OnnxDigits.Inference.Tests.deps.json");
        using var deps = JsonDocument.Parse(File.ReadAllText(path));
        var library = deps.RootElement.GetProperty("targets").EnumerateObject().First().Value.EnumerateObject()
            .Single(entry => entry.Name.StartsWith("OnnxDigits.Inference/", StringComparison.Ordinal));
        var names = library.Value.GetProperty("dependencies").EnumerateObject().Select(entry => entry.Name);
        Assert.Equal(["Google.Protobuf", "Microsoft.ML.OnnxRuntime.Managed"], names);
    }

    [Fact]
    public void PublicSurface_UsesNoThirdPartyTypes()
    {
        var assembly = typeof(DigitClassifier).Assembly;
        var foreign = assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods()
                .SelectMany(method => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType))
                .Concat(type.GetConstructors()
                    .SelectMany(constructor => constructor.GetParameters().Select(p => p.ParameterType)))
                .Append(type.BaseType ?? typeof(object)))
            .Where(type => type.Assembly != assembly)
            .Where(type =>
                type.Assembly.GetName().Name is not (
                    "System.Private.CoreLib" or "System.Threading.Channels" or "System.Drawing.Primitives"))
            .Select(type => type.FullName);
        Assert.Empty(foreign);
    }
}
