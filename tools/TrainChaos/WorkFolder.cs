namespace OnnxDigits.Tools.TrainChaos;

/// <summary>A temporary folder for everything that the processes write.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("train-chaos").FullName;
    private int _made;

    /// <summary>A new empty folder in it.</summary>
    public string Next() => Directory.CreateDirectory(Path.Combine(_path, $"{++_made}")).FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
