using OnnxDigits.Data;
using OnnxDigits.Training.Internals;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Tests;

/// <summary>An ensemble learns as its members would alone, and answers with their mean.</summary>
public sealed class EnsembleTests : IDisposable
{
    private const int Batch = 16;

    private static readonly Recipe Plain = Recipe.For("pair") with { Augmentation = null, DrawnImages = 0 };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly DigitNetwork _network = DigitNetworks.Create("pair", seed: 1);
    private readonly DigitTensors _data = new(DigitGenerator.Draw(seed: 1, count: 4 * Batch));

    [Fact]
    public void Classifier_EvaluationMode_GivesTheSoftmaxOfTheMembersMeanLogits()
    {
        using var noGradients = no_grad();
        _network.Classifier.eval();
        Tensor expected = stack(_network.Members.Select(member => member.call(_data.Images))).mean([0]).softmax(1);
        AssertSame(expected, _network.Classifier.call(_data.Images), 1e-6);
        Assert.NotEqual(0, (_network.Members[0].call(_data.Images) - _network.Members[1].call(_data.Images)).abs().max().item<float>());
    }

    [Fact]
    public void Run_ImagesOfEachMember_HasWhatTheMemberAloneMakesOfThem()
    {
        using var noGradients = no_grad();
        _network.Logits.eval();
        Tensor expected = cat([.. _network.Members.Zip(_data.Images.chunk(2), (member, images) => member.call(images))]);
        AssertSame(expected, new TrainingForward(_network).Run(_data.Images), 1e-4);
    }

    [Fact]
    public void Run_MeanLossOfBothMembers_HasHalfTheGradientsOfEachAlone()
    {
        // In float32 two ways to the same sum choose another maximum now and then.
        _network.Logits.to(ScalarType.Float64).train();
        Tensor images = _data.Images.to(ScalarType.Float64), targets = _data.Targets.to(ScalarType.Float64);
        Loss(new TrainingForward(_network).Run(images), targets).backward();
        Tensor[][] together = [.. _network.Members.Select(Gradients)];
        foreach ((int place, Sequential member) in _network.Members.Index())
        {
            member.zero_grad();
            Loss(member.call(images.chunk(2)[place]), targets.chunk(2)[place]).backward();
            foreach ((Tensor half, Tensor whole) in together[place].Zip(Gradients(member)))
                AssertSame(whole, half * 2, 1e-9);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_MembersOfOneKind_DifferAfterAStepOnlyWhereEachBendsItsImages(bool bends)
    {
        MakeMembersAlike();
        using var step = new TrainingStep(_network, _data, bends ? Plain with { Augmentation = Recipe.For("pair").Augmentation } : Plain);
        _network.Logits.train();
        using Tensor batch = arange(Batch);
        step.Run(batch, number: 1);
        float apart = _network.Members[0].parameters().Zip(_network.Members[1].parameters()).Max(pair => (pair.First - pair.Second).abs().max().item<float>());
        Assert.Equal(bends, apart > 0);
    }

    [Fact]
    public void Run_AnswersOfBothMembers_CountsADigitRightWhereTheirMeanIs()
    {
        using (no_grad())
        {
            foreach (Parameter parameter in _network.Logits.parameters()) parameter.fill_(0);
            // One member answers 3 with 2, the other 5 with 1: their mean says 3.
            ((Linear)_network.Members[0].children().Last()).bias![3] = 2;
            ((Linear)_network.Members[1].children().Last()).bias![5] = 1;
        }

        using var step = new TrainingStep(_network, _data, Plain);
        _network.Logits.train();
        using Tensor batch = arange(_data.Count);
        (double loss, int right) = step.Run(batch, number: 1);
        Assert.Equal(_data.Source.Labels.ToArray().Count(label => label == 3), right);
        Assert.InRange(right, 1, _data.Count - 1);
        Assert.Equal(ExpectedLoss(answer: 3, logit: 2) / 2 + ExpectedLoss(answer: 5, logit: 1) / 2, loss, 1e-5);
    }

    public void Dispose()
    {
        _data.Dispose();
        _network.Dispose();
        _scope.Dispose();
    }

    private double ExpectedLoss(int answer, double logit) => _data.Source.Labels.ToArray()
        .Average(label => Math.Log(9 + Math.Exp(logit)) - (label == answer ? logit : 0));

    private void MakeMembersAlike()
    {
        using var noGradients = no_grad();
        foreach ((Parameter first, Parameter second) in _network.Members[0].parameters().Zip(_network.Members[1].parameters())) second.copy_(first);
    }

    private static Tensor Loss(Tensor logits, Tensor targets) => nn.functional.cross_entropy(logits, targets);

    private static Tensor[] Gradients(Sequential member) => [.. member.parameters().Select(parameter => parameter.grad!.clone())];

    private static void AssertSame(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(0, (expected - actual).abs().max().ToDouble(), tolerance);
    }
}
