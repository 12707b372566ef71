namespace OnnxDigits.Server.Tests;

/// <summary>Runs the tables of sentences from the specification of the Open Inference Protocol, version 2.</summary>
public sealed class ConformanceTests(SharedServer shared) : IClassFixture<SharedServer>
{
    public static TheoryData<string> RestSentences => [.. RestConformance.Sentences.Keys];

    public static TheoryData<string> GrpcSentences => [.. GrpcConformance.Sentences.Keys];

    [Theory]
    [MemberData(nameof(RestSentences))]
    public Task Rest_Sentence_Holds(string sentence) => RestConformance.Sentences[sentence](shared.Server);

    [Theory]
    [MemberData(nameof(GrpcSentences))]
    public Task Grpc_Sentence_Holds(string sentence) => GrpcConformance.Sentences[sentence](shared.Server);
}
