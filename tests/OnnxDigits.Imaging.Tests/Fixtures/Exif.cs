namespace OnnxDigits.Imaging.Fixtures;

/// <summary>Creates EXIF data that consists of an orientation.</summary>
internal static class Exif
{
    public static byte[] Orientation(int orientation, bool littleEndian = false) => littleEndian
        ? [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0]
        : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];
}
