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
    public void Metrics_NothingCounted_AreNaN()
    {
        var matrix = new ConfusionMatrix();

        Assert.Equal(0, matrix.Total);
        Assert.All(
            [matrix.Accuracy, matrix.Precision(0), matrix.Recall(0)], metric => Assert.True(double.IsNaN(metric)));
    }

    [Fact]
    public void Add_OtherMatrix_SumsEveryCell()
    {
        ConfusionMatrix sum = Count((3, 3), (3, 8));
        sum.Add(Count((3, 8), (0, 9)));

        Assert.Equal((1, 2, 1, 4L), ((int)sum[3, 3], (int)sum[3, 8], (int)sum[0, 9], sum.Total));
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

        Assert.Equal("label,0,1,2,3,4,5,6,7,8,9", lines[0]);
        Assert.Equal("0,0,0,0,0,0,0,0,0,0,2", lines[1]);
        Assert.Equal("9,1,0,0,0,0,0,0,0,0,0", lines[10]);
        Assert.Equal(12, lines.Length);
        Assert.Equal("", lines[11]);
    }

    [Fact]
    public void ToTable_Counts_AlignsColumns()
    {
        ConfusionMatrix matrix = Count((1, 1), (1, 7));
        for (var i = 0; i < 1_234_567; i++) matrix.Add(2, 2);

        var lines = matrix.ToTable().TrimEnd('\n').Split('\n');

        Assert.Equal(12, lines.Length);
        Assert.Single(lines.Select(line => line.Length).Distinct());
        Assert.EndsWith("50.00", lines[2]);
        Assert.EndsWith("-", lines[1]);
        Assert.Contains("1234567", lines[3]);
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
