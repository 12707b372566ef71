namespace TorchOnnx;

/// <summary>Specifies the format of the second file, which holds the weights.</summary>
public enum ExternalDataFormat
{
    /// <summary>The bytes of the weights, each aligned to 4,096 bytes. The file's name ends in ".data".</summary>
    Raw,

    /// <summary>
    /// The safetensors format, which other frameworks read, with the names of the state_dict. The file's name ends in
    /// ".safetensors".
    /// </summary>
    Safetensors,
}
