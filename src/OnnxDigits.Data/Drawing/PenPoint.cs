namespace OnnxDigits.Data.Drawing;

/// <summary>A point where the pen has been, and half the width of its line there.</summary>
internal struct PenPoint
{
    public double X;
    public double Y;
    public double Radius;
    public bool PenDown;
}
