using System.Globalization;
using System.Text;
using OnnxDigits.Data.Internals;

namespace OnnxDigits.Training.Internals;

/// <summary>A new folder for one run. An existing one is never reused; files are written beside and renamed.</summary>
internal sealed class RunFolder
{
    private RunFolder(string path) => Path = path;

    public string Path { get; }

    public static RunFolder Create(string parent, string network, long seed, DateTimeOffset now)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MM-dd_HHmmss}_{network}_seed{seed}");
        Directory.CreateDirectory(parent);
        for (int attempt = 1; ; attempt++)
        {
            string path = System.IO.Path.Combine(parent, attempt == 1 ? name : $"{name}_{attempt}");
            if (TryClaim(path)) return new RunFolder(path);
        }
    }

    public string FilePath(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text) => Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    public void Write(string name, Action<Stream> write) => AtomicFile.Write(FilePath(name), write);

    // CreateDirectory does not tell a new folder from an old one; moving a folder onto an existing one fails.
    private static bool TryClaim(string path)
    {
        if (System.IO.Path.Exists(path)) return false;

        string fresh = Directory.CreateDirectory($"{path}.{Guid.NewGuid():N}").FullName;
        try
        {
            Directory.Move(fresh, path);
            return true;
        }
        catch (IOException) when (System.IO.Path.Exists(path))
        {
            Directory.Delete(fresh);
            return false;
        }
    }
}
