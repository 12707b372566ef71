using System.Globalization;
using k8s;
using k8s.Models;

namespace Docs;

/// <summary>Reads the files in tools/cluster/kubernetes with the types of the Kubernetes API.</summary>
public sealed class KubernetesTests
{
    private const string Folder = "tools/cluster/kubernetes";

    [Theory]
    [InlineData("infer.yaml", typeof(V1Job))]
    [InlineData("merge.yaml", typeof(V1Job))]
    [InlineData("sweep.yaml", typeof(V1PersistentVolumeClaim), typeof(V1Job))]
    [InlineData("volumes.yaml", typeof(V1PersistentVolumeClaim), typeof(V1PersistentVolumeClaim))]
    public void File_ReadStrictly_HasOnlyFieldsOfTheApi(string file, params Type[] expected) =>
        Assert.Equal(expected, Load(file).Select(item => item.GetType()));

    [Theory]
    [InlineData("infer.yaml")]
    [InlineData("sweep.yaml")]
    public void IndexedJob_Completions_AreThoseOfTheTasks(string file)
    {
        var job = Assert.Single(Load(file).OfType<V1Job>());
        var container = Assert.Single(job.Spec.Template.Spec.Containers);
        Assert.Equal("Indexed", job.Spec.CompletionMode);
        Assert.Equal(
            job.Spec.Completions?.ToString(CultureInfo.InvariantCulture),
            Assert.Single(container.Env, variable => variable.Name == "JOB_COMPLETIONS").Value);
    }

    private static List<object> Load(string file) =>
        KubernetesYaml.LoadAllFromString(Repository.Read($"{Folder}/{file}"), strict: true);
}
