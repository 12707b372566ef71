using TorchSharp;

namespace TorchOnnx.Tracing;

/// <summary>Runs a module and records which leaves it calls.</summary>
internal interface IFront
{
    /// <summary>Records one forward pass of a module that is in eval mode.</summary>
    /// <param name="model">The module.</param>
    /// <param name="inputs">What its forward is called with; the tensors are not changed.</param>
    /// <param name="registry">What counts as a leaf.</param>
    /// <param name="kept">Which values' elements are kept as snapshots.</param>
    Recording Record(torch.nn.Module model, ModelInputs inputs, ConverterRegistry registry, ValuesKept kept);
}

/// <summary>Which values of a recording keep their elements.</summary>
internal enum ValuesKept
{
    /// <summary>None: only shapes are of interest.</summary>
    None,

    /// <summary>What every leaf returns.</summary>
    All,
}
