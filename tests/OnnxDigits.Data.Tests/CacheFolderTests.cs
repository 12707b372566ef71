using OnnxDigits.Data.Mnist;

namespace OnnxDigits.Data.Tests;

public sealed class CacheFolderTests
{
    [Fact]
    public void Default_XdgCacheHomeIsSet_LiesBelowIt()
    {
        var root = Path.GetTempPath();

        var folder = CacheFolder.Default(name => name == "XDG_CACHE_HOME" ? root : null);

        Assert.Equal(Path.Combine(root, "onnxdigits", "mnist"), folder);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative/cache")]
    public void Default_XdgCacheHomeIsNoAbsolutePath_IsTheUsersOwn(string? value)
    {
        var folder = CacheFolder.Default(_ => value);

        Assert.True(Path.IsPathRooted(folder));
        Assert.EndsWith(Path.Combine("onnxdigits", "mnist"), folder);
    }
}
