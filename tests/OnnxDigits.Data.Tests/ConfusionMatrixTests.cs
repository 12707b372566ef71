namespace OnnxDigits.Data.Tests;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Metrics_HandCountedExample_MatchTheDefinitions()
    {
        ConfusionMatrix matrix = Count((3, 3), (3, 3), (3, 8), (8, 8), (8, 3));

        Assert.Equal(5, matrix.Total);
        Assert.Equal(3, matrix.Correct);
        Assert.Equal(0.6, matrix.Accuracy, 15);
        Assert.Equal(2.0 / 3, matrix.Precision(3), 15);
        Assert.Equal(2.0 / 3, matrix.Recall(3), 15);
        Assert.Equal(0.5, matrix.Precision(8), 15);
        Assert.Equal(1, matrix[3, 8]);
        Assert.Equal(1, matrix[8, 3]);
    }

    [Fact]
    public void PrecisionAndRecall_AsymmetricCounts_AreNotSwapped()
    {
        ConfusionMatrix matrix = Count((1, 1), (1, 7), (1, 7), (7, 7));

        Assert.Equal(1.0, matrix.Precision(1));
        Assert.Equal(1.0 / 3, matrix.Recall(1), 15);
        Assert.Equal(1.0 / 3, matrix.Precision(7), 15);
        Assert.Equal(1.0, matrix.Recall(7));
    }

    [Fact]
    public void Recall_BlankAndFailedImages_CountAsWrong()
    {
        ConfusionMatrix matrix = Count((1, 1), (7, 7));
        matrix.AddBlank(1);
        matrix.AddError(1, count: 2);

        Assert.Equal((0.25, 1.0, 1.0), (matrix.Recall(1), matrix.Recall(7), matrix.Precision(1)));
        Assert.Equal((1L, 2L, 0L), (matrix.Blank(1), matrix.Error(1), matrix.Error(7)));
        Assert.Equal((5L, 0.4), (matrix.Total, matrix.Accuracy));
        string[] lines = matrix.ToTable().Split('\n');
        Assert.EndsWith(" 9 blank error recall precision", lines[0]);
        Assert.EndsWith(" 0     1     2  25.00    100.00", lines[2]);
        Assert.Equal("1,0,1,0,0,0,0,0,0,0,0,1,2", matrix.ToCsv().Split('\n')[2]);
    }

    [Fact]
    public void Metrics_NothingCounted_AreNaN()
    {
        var matrix = new ConfusionMatrix();

        Assert.Equal(0, matrix.Total);
        Assert.All(
            [matrix.Accuracy, matrix.Precision(0), matrix.Recall(0)], metric => Assert.True(double.IsNaN(metric)));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(10, 0)]
    [InlineData(0, 10)]
    public void Add_NotADigit_Throws(int label, int predicted) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix().Add(label, predicted));

    [Fact]
    public void ToCsv_Counts_RowsAreLabels()
    {
        var lines = Count((0, 9), (0, 9), (9, 0)).ToCsv().Split('\n');

        Assert.Equal("label,0,1,2,3,4,5,6,7,8,9,blank,error", lines[0]);
        Assert.Equal("0,0,0,0,0,0,0,0,0,0,2,0,0", lines[1]);
        Assert.Equal("9,1,0,0,0,0,0,0,0,0,0,0,0", lines[10]);
        Assert.Equal(12, lines.Length);
        Assert.Equal("", lines[11]);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(15, 2)]
    [InlineData(30, 3)]
    public void ToTable_Counts_AlignsColumnsWithinEightyColumns(int doublings, int tables)
    {
        var matrix = new ConfusionMatrix();
        for (int n = 0; n < 100; n++) matrix.Add(n / 10, n % 10, count: 1L << doublings);
        matrix.AddBlank(3, count: 1L << doublings);

        string[][] parts = [.. matrix.ToTable().Split("\n\n").Select(part => part.TrimEnd('\n').Split('\n'))];

        Assert.Equal(tables, parts.Length);
        Assert.All(parts, lines => Assert.Equal(11, lines.Length));
        Assert.All(parts, lines => Assert.Single(lines.Select(line => line.Length).Distinct()));
        Assert.All(parts, lines => Assert.InRange(lines[0].Length, 20, 80));
        Assert.EndsWith("blank recall precision", parts[^1][0]);
        Assert.Contains("-", new ConfusionMatrix().ToTable());
    }

    private static ConfusionMatrix Count(params (int Label, int Predicted)[] pairs)
    {
        var matrix = new ConfusionMatrix();
        foreach ((int label, int predicted) in pairs)
        {
            matrix.Add(label, predicted);
        }
        return matrix;
    }
}
