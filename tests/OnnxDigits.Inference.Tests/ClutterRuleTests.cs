using OnnxDigits.Inference.Preprocessing;

namespace OnnxDigits.Inference.Tests;

/// <summary>Draws clutter on both sides of the limits that decide whether it is removed.</summary>
public sealed class ClutterRuleTests
{
    private const int Width = 100, Height = 80;

    private static readonly Box Digit = new(35, 30, 30, 30);

    [Theory]
    // Near an edge and within the picture, up to a quarter and an eighth of its height.
    [InlineData(0, 20, 100, true)]
    [InlineData(0, 21, 100, false)]
    [InlineData(5, 20, 100, true)]
    [InlineData(5, 21, 100, false)]
    [InlineData(12, 10, 100, true)]
    [InlineData(13, 9, 100, true)]
    [InlineData(13, 10, 100, false)]
    [InlineData(76, 4, 100, true)]
    // Over nine tenths of the width.
    [InlineData(0, 2, 90, true)]
    [InlineData(0, 2, 89, false)]
    // On the digit, up to a twentieth of the height.
    [InlineData(26, 4, 100, true)]
    [InlineData(25, 5, 100, false)]
    [InlineData(60, 4, 100, true)]
    [InlineData(60, 5, 100, false)]
    public void RemoveLines_LineOfAnyPlaceAndSize_RemovesThinOnes(
        int top, int thickness, int length, bool isRemoved) =>
        AssertLines([Digit, new(0, top, length, thickness)], isRemoved ? [Digit] : null);

    [Theory]
    // The ink apart from the line has at most 90 % of the width, and at least 10 % of the height.
    [InlineData(30, 90, 40, true)]
    [InlineData(30, 91, 40, false)]
    [InlineData(30, 5, 8, true)]
    [InlineData(30, 5, 7, false)]
    [InlineData(30, 8, 5, true)]
    // Ink that touches the line has at most 70 % of the width.
    [InlineData(2, 70, 30, true)]
    [InlineData(2, 71, 30, false)]
    public void RemoveLines_DigitOfAnySize_RemovesTheLineNextToADigit(int top, int width, int height, bool isRemoved)
    {
        Box left = new(4, top, 4, height), right = new(4 + width - 4, top, 4, height);
        AssertLines([left, right, new(0, 0, Width, 2)], isRemoved ? [left, right] : null);
    }

    [Fact]
    public void RemoveLines_StrokeAcrossALine_BridgesTheStroke()
    {
        Box stroke = new(45, 10, 10, 60, 150);
        Box line = new(0, 40, Width, 4, 250);
        AssertLines([line, stroke with { Height = 30 }, stroke with { Top = 44, Height = 26 }], [stroke]);
    }

    [Theory]
    [InlineData(45, 0)]
    [InlineData(44, 44)]
    public void RemoveLines_SoftEdge_RemovesAnEdgeOfAtLeast45Percent(int length, int left)
    {
        Box line = new(0, 10, Width, 2);
        AssertLines([Digit, line, new(0, 9, length, 1)], [Digit, new(0, 9, left, 1)]);
        AssertLines([Digit, line, new(0, 12, length, 1)], [Digit, new(0, 12, left, 1)]);
    }

    [Theory]
    [InlineData(8, 8, 13, 0, true)]
    [InlineData(2, 8, 13, 5, true)]
    [InlineData(8, 2, 0, 13, true)]
    [InlineData(9, 2, 13, 13, false)]
    [InlineData(2, 9, 13, 13, false)]
    [InlineData(8, 8, 12, 12, false)]
    public void RemoveSpecks_SpeckOfAnySizeAndDistance_RemovesSmallAndFarOnes(
        int width, int height, int right, int down, bool isRemoved)
    {
        // The digit's longer side is 100 pixels.
        Box digit = new(100, 100, 80, 100);
        foreach ((bool isLeft, bool isAbove) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            int left = isLeft ? 101 - right - width : 179 + right;
            int top = isAbove ? 101 - down - height : 199 + down;
            var speck = new Box(left, top, width, height);
            GrayImage ink = Draw(300, 320, [speck, digit]);
            Specks.Remove(ink, new Components(ink, 100));
            Assert.Equal(Draw(300, 320, isRemoved ? [digit] : [speck, digit]).Values, ink.Values);
        }
    }

    [Theory]
    // The picture has 300 × 320 pixels, so the edge is 4 pixels wide.
    [InlineData(0, 120, 50, 20, true)]
    [InlineData(3, 120, 50, 20, true)]
    [InlineData(4, 120, 50, 20, false)]
    [InlineData(0, 120, 51, 20, false)]
    [InlineData(250, 120, 50, 50, true)]
    [InlineData(120, 0, 20, 50, true)]
    [InlineData(230, 270, 20, 50, true)]
    // Up to 12 pixels from the digit.
    [InlineData(191, 296, 10, 24, false)]
    [InlineData(192, 296, 10, 24, true)]
    public void RemoveSpecks_InkAtTheEdge_RemovesUpToHalfOfTheDigitsSize(
        int left, int top, int width, int height, bool isRemoved)
    {
        Box digit = new(100, 190, 80, 100), cut = new(left, top, width, height);
        GrayImage ink = Draw(300, 320, [cut, digit]);
        Specks.Remove(ink, new Components(ink, 100));
        Assert.Equal(Draw(300, 320, isRemoved ? [digit] : [cut, digit]).Values, ink.Values);
    }

    [Fact]
    public void RemoveSpecks_DigitAtTheEdgeToo_KeepsBoth()
    {
        Box[] boxes = [new(0, 0, 50, 20), new(100, 220, 80, 100)];
        GrayImage ink = Draw(300, 320, boxes);
        Specks.Remove(ink, new Components(ink, 100));
        Assert.Equal(Draw(300, 320, boxes).Values, ink.Values);
    }

    [Theory]
    [InlineData(40, 30, 2, false, true)]
    [InlineData(39, 30, 2, false, false)]
    [InlineData(40, 29, 2, false, false)]
    [InlineData(100, 100, 18, false, true)]
    [InlineData(100, 100, 19, true, true)]
    public void FindFrame_BoxOfAnySize_IsAFrameOrAPage(int width, int height, int thickness, bool isPage, bool isFound)
    {
        Box box = new(20, 30, width, height), hole = Inside(box, thickness);
        Frame? frame = FindFrame(200, 150, [box, hole]);
        Assert.Equal(isFound, frame is not null);
        if (frame is null) return;
        Assert.Equal((new(20, 30, 19 + width, 29 + height), isPage), (frame.Bounds, frame.IsPage));
        if (!isPage) Assert.All(frame.RemoveFrom(Draw(200, 150, [box, hole])).Values, value => Assert.Equal(0, value));
    }

    [Theory]
    // A stroke that crosses the box or ends in its line, and one that follows a side.
    [InlineData(55, 25, 10, 40, 0, 40)]
    [InlineData(55, 31, 10, 40, 2, 39)]
    [InlineData(22, 50, 8, 60, 20, 60)]
    public void RemoveFrame_StrokeThatTouchesIt_KeepsTheStroke(
        int left, int top, int width, int height, int keptTop, int keptHeight)
    {
        Box box = new(20, 30, 100, 100), stroke = new(left, top, width, height);
        Box[] boxes = [box, Inside(box, 2), stroke];
        GrayImage content = FindFrame(200, 150, boxes)!.RemoveFrom(Draw(200, 150, boxes));
        Box kept = new(left - 20, keptTop, width, keptHeight);
        Assert.Equal(Draw(content.Width, content.Height, [kept]).Values, content.Values);
    }

    [Theory]
    [InlineData(5, 8, true)]
    [InlineData(6, 8, false)]
    [InlineData(5, 9, false)]
    public void FindFrame_UnevenSide_AllowsSmallGapsAndDepths(int gap, int depth, bool isFound)
    {
        // A part of the top side is lower, and another part is missing.
        Box[] boxes =
        [
            new(20, 20, 100, 100), new(22, 22, 96, 96, 0), new(70, 20, 40, depth, 0), new(70, 20 + depth, 40, 2),
            new(70, 20, 2, depth), new(109, 20, 2, depth), new(30, 20, gap, 2, 0),
        ];
        Assert.Equal(isFound, FindFrame(200, 150, boxes) is not null);
        Assert.Equal(isFound, FindFrame(150, 200, [.. boxes.Select(box => box.Transposed)]) is not null);
    }

    [Fact]
    public void FindFrame_FrameInAFrame_ReturnsTheLarger()
    {
        Box[] outer = [new(10, 10, 180, 130), new(12, 12, 176, 126, 0)];
        Box[] inner = [new(30, 30, 140, 90), new(33, 33, 134, 84, 0)];
        Assert.Equal(new InkBounds(10, 10, 189, 139), FindFrame(200, 150, [.. outer, .. inner])!.Bounds);
    }

    [Theory]
    [InlineData(160, 10, true)]
    [InlineData(160, 9, false)]
    [InlineData(20, 2, true)]
    public void Strokes_ShortComponent_IsDust(int longest, int other, bool isKept)
    {
        Box digit = new(5, 5, 3, longest), dust = new(20, 20, other, 2);
        AssertStrokes([digit, dust], isKept ? [digit, dust] : [digit], hasDigit: true);
    }

    [Fact]
    public void Strokes_OnlyShortComponents_AreNoDigit()
    {
        Box[] grains = [new(5, 5, 19, 19), new(50, 5, 19, 19)];
        AssertStrokes(grains, grains, hasDigit: false);
        AssertStrokes([], [], hasDigit: false);
    }

    [Theory]
    [InlineData(0, 0, 30, 30)]
    [InlineData(190, 0, 10, 30)]
    [InlineData(0, 170, 30, 10)]
    [InlineData(190, 170, 10, 10)]
    [InlineData(0, 40, 200, 30)]
    [InlineData(140, 0, 30, 180)]
    public void Strokes_ComponentThatSpansThePictureOrItsCorner_IsADeskNextToADigit(
        int left, int top, int width, int height)
    {
        Box desk = new(left, top, width, height), digit = new(80, 90, 10, 20), grain = new(80, 90, 10, 19);
        AssertStrokes([desk, digit], [digit], hasDigit: true);
        AssertStrokes([desk, digit], [desk, digit], hasDigit: true, keepsFrame: true);
        AssertStrokes([desk, grain], [desk, grain], hasDigit: Math.Max(width, height) >= 20);
    }

    private static void AssertLines(Box[] drawn, Box[]? left)
    {
        foreach (bool isTransposed in (bool[])[false, true])
        {
            GrayImage ink = Draw(drawn, isTransposed);
            Assert.Equal(left is not null, Lines.Remove(ink, threshold: 100));
            Assert.Equal(Draw(left ?? drawn, isTransposed).Values, ink.Values);
        }

        static GrayImage Draw(Box[] boxes, bool isTransposed) => isTransposed
            ? ClutterRuleTests.Draw(Height, Width, [.. boxes.Select(box => box.Transposed)])
            : ClutterRuleTests.Draw(Width, Height, boxes);
    }

    private static void AssertStrokes(Box[] drawn, Box[] kept, bool hasDigit, bool keepsFrame = false)
    {
        GrayImage ink = Draw(200, 180, drawn), expected = Draw(200, 180, kept);
        var strokes = new Strokes(ink, new Components(ink, 100), keepsFrame);
        Assert.Equal(hasDigit, strokes.HasDigit);
        Assert.Equal(kept.Length == 0 ? null : expected.FindBounds(100), strokes.Bounds);
        Assert.Equal(Enumerable.Range(0, ink.Values.Length).Where(i => expected.Values[i] > 0), strokes.FindPixels());
    }

    private static Box Inside(Box box, int thickness) => new(
        box.Left + thickness, box.Top + thickness, box.Width - (2 * thickness), box.Height - (2 * thickness), 0);

    private static Frame? FindFrame(int width, int height, Box[] boxes)
    {
        GrayImage ink = Draw(width, height, boxes);
        return Frame.Find(ink, new Components(ink, 100));
    }

    private static GrayImage Draw(int width, int height, Box[] boxes)
    {
        var image = new GrayImage(width, height);
        foreach (Box box in boxes)
        {
            for (int y = 0; y < box.Height; y++) image.Row(box.Top + y).Slice(box.Left, box.Width).Fill(box.Tone);
        }
        return image;
    }

    private sealed record Box(int Left, int Top, int Width, int Height, float Tone = 200)
    {
        public Box Transposed => new(Top, Left, Height, Width, Tone);
    }
}
