namespace TorchOnnx;

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
/// <param name="Max">
/// The largest size that the file will be asked for. The module is run there too, so that what changes with size
/// shows; it must take it, and nothing beyond it is tried. At least four steps above the example's. Null: not known,
/// and up to 32 times the example's size is tried, as far as the module goes.
/// </param>
public sealed record DynamicDimension(string Name, int Input, int Axis, int MultipleOf = 1, int? Max = null);
