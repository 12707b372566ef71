using static OnnxDigits.Inference.Models.Onnx.WireType;

namespace OnnxDigits.Inference.Models.Onnx;

/// <summary>The messages of onnx.proto (ONNX 1.19) by the numbers of their fields.</summary>
internal static class OnnxSchema
{
    public static MessageSchema Model { get; } = new MessageSchema("model")
        .One(Varint, 1, 5).One(Length, 2, 3, 4, 6, 7).Many(Length, 8, 14, 20, 25, 26);

    public static MessageSchema Graph { get; } = new MessageSchema("graph")
        .One(Length, 2, 10).Many(Length, 1, 5, 11, 12, 13, 14, 15, 16);

    public static MessageSchema Node { get; } = new MessageSchema("node")
        .One(Length, 3, 4, 6, 7, 8).Many(Length, 1, 2, 5, 9, 10);

    public static MessageSchema Attribute { get; } = new MessageSchema("attribute")
        .One(Fixed32, 2).One(Varint, 3, 20).One(Length, 1, 4, 5, 6, 13, 14, 21, 22)
        .Many(Fixed32, 7).Many(Varint, 8).Many(Length, 9, 10, 11, 15, 23);

    public static MessageSchema Tensor { get; } = new MessageSchema("tensor")
        .One(Varint, 2, 14).One(Length, 3, 8, 9, 12)
        .Many(Varint, 1, 5, 7, 11).Many(Fixed32, 4).Many(Fixed64, 10).Many(Length, 6, 13, 16);

    public static MessageSchema Value { get; } = new MessageSchema("input or output")
        .One(Length, 1, 2, 3).Many(Length, 4);

    public static MessageSchema Type { get; } = new MessageSchema("type").One(Length, 1, 4, 5, 6, 7, 8, 9);

    public static MessageSchema TensorType { get; } = new MessageSchema("tensor type").One(Varint, 1).One(Length, 2);

    public static MessageSchema Shape { get; } = new MessageSchema("shape").Many(Length, 1);

    public static MessageSchema Dimension { get; } = new MessageSchema("dimension").One(Varint, 1).One(Length, 2, 3);

    public static MessageSchema Opset { get; } = new MessageSchema("operator set").One(Length, 1).One(Varint, 2);

    public static MessageSchema Entry { get; } = new MessageSchema("metadata entry").One(Length, 1, 2);
}
