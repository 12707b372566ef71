using OnnxDigits.Data;
using OnnxDigits.Training.Networks;
using OnnxDigits.Training.Recipes;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Loop;

/// <summary>An epoch of a network is one of each of its members, one after the other, as if each were alone.</summary>
internal sealed class TrainingCourse : IDisposable
{
    private readonly MemberTraining[] _members;

    public TrainingCourse(DigitNetwork network, Recipe recipe, DigitImages images, TeacherNetworks? teachers) => _members =
        [.. network.Members.Select((member, place) => new MemberTraining(member, recipe.OfMember(place), images, teachers))];

    /// <summary>Images of an epoch, each counted once for every member that sees it.</summary>
    public int Images => _members.Sum(member => member.Images);

    /// <summary>Steps in which each member sees each of its images once.</summary>
    public int StepsPerEpoch => _members.Sum(member => member.StepsPerEpoch);

    /// <summary>What is remembered from step to step beside the weights, by name; it changes in place.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State => _members is [var alone]
        ? alone.State
        : _members.Index().SelectMany(member => member.Item.State.Select(
            entry => KeyValuePair.Create($"{member.Index}/{entry.Key}", entry.Value)));

    /// <summary>Images that the first steps of an epoch see.</summary>
    public int Seen(int steps) => Parts(steps).Sum(part => part.Member.Seen(part.Steps));

    /// <summary>Trains one member on its batch.</summary>
    /// <param name="epoch">1 for the first, and never less than in the call before.</param>
    /// <param name="step">The step of this epoch, from 1 to <see cref="StepsPerEpoch"/>.</param>
    /// <returns>The batch's mean loss in nats, how many of its digits were right before it, and of how many.</returns>
    public (double Loss, int Right, int Count) Run(int epoch, int step)
    {
        (MemberTraining member, int own) = Parts(step).Last(part => part.Steps > 0);
        return member.Run(epoch, own);
    }

    /// <summary>Does something with the weights in place that the recipe keeps: their mean, or they themselves.</summary>
    public void WithKeptWeights(Action action) =>
        _members.Aggregate(action, (inner, member) => () => member.WithKeptWeights(inner))();

    public void Dispose()
    {
        foreach (MemberTraining member in _members) member.Dispose();
    }

    // How many of an epoch's first steps are each member's.
    private IEnumerable<(MemberTraining Member, int Steps)> Parts(int steps)
    {
        foreach (MemberTraining member in _members)
        {
            int own = Math.Clamp(steps, 0, member.StepsPerEpoch);
            yield return (member, own);
            steps -= own;
        }
    }
}
