using OnnxDigits.Inference;

namespace OnnxDigits.Tools.Reading;

/// <summary>Counts how images were read.</summary>
internal sealed class Tally
{
    private int _right, _wrong, _uncertain, _blank, _unreadable, _guesses;

    /// <summary>Gets the titles of <see cref="Cells"/>.</summary>
    public static string[] Columns { get; } =
        ["images", "right", "wrong", "uncertain", "blank", "unreadable", "most probable digit right"];

    /// <summary>Gets the counts as text.</summary>
    public string[] Cells =>
    [
        .. ((int[])[Images, _right, _wrong, _uncertain, _blank, _unreadable, _guesses]).Select(count => $"{count}"),
    ];

    private int Images => _right + _wrong + _uncertain + _blank + _unreadable;

    /// <summary>Returns the sum of some tallies.</summary>
    public static Tally Sum(IEnumerable<Tally> tallies)
    {
        var sum = new Tally();
        foreach (Tally tally in tallies)
        {
            sum._right += tally._right;
            sum._wrong += tally._wrong;
            sum._uncertain += tally._uncertain;
            sum._blank += tally._blank;
            sum._unreadable += tally._unreadable;
            sum._guesses += tally._guesses;
        }

        return sum;
    }

    /// <summary>
    /// Counts a prediction. An image without a label is never right: it should be uncertain or blank.
    /// </summary>
    public void Add(DigitPrediction prediction, int? label)
    {
        bool isRight = label is not null && prediction.Digit == label;
        if (isRight) Interlocked.Increment(ref _guesses);
        switch (prediction.Status)
        {
            case PredictionStatus.Blank:
                Interlocked.Increment(ref _blank);
                break;
            case PredictionStatus.Uncertain:
                Interlocked.Increment(ref _uncertain);
                break;
            default:
                Interlocked.Increment(ref isRight ? ref _right : ref _wrong);
                break;
        }
    }

    public void AddUnreadable() => Interlocked.Increment(ref _unreadable);
}
