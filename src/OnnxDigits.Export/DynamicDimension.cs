namespace OnnxDigits.Export;

/// <summary>A dimension of an input whose size is left open in the file.</summary>
/// <param name="Name">
/// Its symbolic name in the file ("T", "height"). Dimensions of the same name have the same size and move together.
/// </param>
/// <param name="Input">Which tensor of the example, from 0 on, tuples and lists flattened.</param>
/// <param name="Axis">Which dimension of that tensor, from 0 on.</param>
/// <param name="MultipleOf">
/// The module works at multiples of this size only, as a network that halves an image five times wants multiples of 32.
/// Default: 1.
/// </param>
public sealed record DynamicDimension(string Name, int Input, int Axis, int MultipleOf = 1);
