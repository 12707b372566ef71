using OnnxDigits.Tests;

namespace OnnxDigits.Inference.Tests.BadModels;

[Collection(nameof(Alone))]
public class BadModelTests
{
    private static readonly Dictionary<string, BadModel> Models =
        new[] { BadFiles.All, BadOrigins.All, BadGraphs.All, BadTensors.All, BadSizes.All }.SelectMany(models => models)
            .ToDictionary(model => model.Name);

    public static TheoryData<string> Names => [.. Models.Keys];

    public static BadModel Named(string name) => Models[name];

    [Theory]
    [MemberData(nameof(Names))]
    public void Load_BadModel_IsRefusedWithItsOwnSentence(string name)
    {
        var (_, make, fault) = Models[name];
        byte[] bytes = make();

        Limits.Watch(() =>
        {
            var error = Assert.Throws<DigitModelException>(() => DigitClassifier.Load(bytes));
            Assert.Equal($"The model 'bytes' {fault}.", error.Message);
        });
    }
}
