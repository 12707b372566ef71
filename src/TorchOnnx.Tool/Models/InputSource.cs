using System.CommandLine;
using System.Globalization;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace TorchOnnx.Tool.Models;

/// <summary>Creates inputs of a model: random inputs of several sizes, or inputs from files.</summary>
internal sealed class InputSource
{
    private static readonly long[] DefaultSizes = [1, 2, 5];

    private readonly Option<string[]> _sizes = new("--size")
    {
        Description = "The sizes of an open dimension, one for each random input. The default is 1, 2 and 5.",
        HelpName = "NAME=N,N…",
    };

    private readonly Option<long?> _seed = Options.Seed("The seed of random inputs. Integers are 0 or 1.");

    /// <summary>Gets the option for files with inputs.</summary>
    public Option<string?> Files { get; } = new("--inputs")
    {
        Description = "A .npy file, a .npz file with an array for each input, or a folder of them, instead of random "
            + "inputs.",
        HelpName = "PATH",
    };

    public void AddTo(Command command)
    {
        command.Add(Files);
        command.Add(_sizes);
        command.Add(_seed);
    }

    /// <summary>
    /// Returns the inputs. The name of an input lists the sizes of its open dimensions, or is the name of its file.
    /// </summary>
    /// <exception cref="CommandException">The inputs cannot be created.</exception>
    public IReadOnlyList<(string Name, IReadOnlyDictionary<string, GraphTensor> Tensors)> Read(
        ParseResult parsed, ModelFile model)
    {
        if (parsed.GetValue(Files) is { } path)
        {
            return parsed.GetResult(_sizes) is null
                ? [.. FilesOf(path).Select(file => (Path.GetFileName(file), FromFile(file, model)))]
                : throw new CommandException("--size is for random inputs. Leave it out, or leave out --inputs.");
        }
        string[] open = [.. OpenDimensions(model)];
        var sizes = open.ToDictionary(name => name, _ => DefaultSizes);
        foreach (string text in parsed.GetValue(_sizes) ?? [])
        {
            var (name, numbers) = Parse(text);
            if (!sizes.ContainsKey(name))
            {
                throw new CommandException($"'{model.Path}' has no open dimension '{name}'. "
                    + (open.Length == 0 ? "All sizes are fixed." : $"It has {string.Join(", ", open)}."));
            }
            sizes[name] = numbers;
        }
        var random = new Random((int)parsed.GetValue(_seed)!.Value);
        int count = sizes.Values.Select(list => list.Length).DefaultIfEmpty(1).Max();
        return [.. Enumerable.Range(0, count).Select(index =>
        {
            var chosen = sizes.ToDictionary(entry => entry.Key, entry => entry.Value[index % entry.Value.Length]);
            string name = chosen.Count == 0 ? "fixed sizes"
                : string.Join(", ", chosen.Select(size => $"{size.Key} = {size.Value}"));
            return (name, Draw(model, chosen, random));
        })];
    }

    /// <summary>Returns the names of open dimensions. A dimension without a name is called INPUT:AXIS.</summary>
    private static IEnumerable<string> OpenDimensions(ModelFile model) =>
        (from input in model.Inputs
         from axis in Dimensions(input).Index()
         where ModelFile.IsOpen(axis.Item)
         select NameOf(input, axis.Index)).Distinct();

    private static IReadOnlyDictionary<string, GraphTensor> Draw(
        ModelFile model, Dictionary<string, long> sizes, Random random) =>
        model.Inputs.ToDictionary(input => input.Name, input => Draw(input, ShapeOf(input, sizes), random));

    private static long[] ShapeOf(ValueInfoProto input, Dictionary<string, long> sizes) =>
        [.. Dimensions(input).Select(
            (size, axis) => ModelFile.IsOpen(size) ? sizes[NameOf(input, axis)] : size.DimValue)];

    private static GraphTensor Draw(ValueInfoProto input, long[] shape, Random random)
    {
        double elements = shape.Aggregate(1d, (product, size) => product * size);
        if (elements > Array.MaxLength)
        {
            throw new CommandException(
                $"input '{input.Name}' has the shape [{string.Join(", ", shape)}], which is too large. Give smaller "
                    + "sizes with --size, or inputs with --inputs.", ExitCode.Data);
        }
        int count = (int)elements;
        return (DataType)input.Type.TensorType.ElemType switch
        {
            DataType.Float => Of(() => (float)Normal()),
            DataType.Double => Of(Normal),
            DataType.Int64 => Of(() => (long)random.Next(2)),
            DataType.Int32 => Of(() => random.Next(2)),
            DataType.Uint8 => Of(() => (byte)random.Next(256)),
            DataType.Bool => Of(() => random.Next(2) == 1),
            _ => throw new CommandException(
                $"input '{input.Name}' is {ModelFile.TypeOf(input)}, and inputs can be float, double, int64, int32, "
                    + "uint8 and bool.", ExitCode.Data),
        };

        GraphTensor<T> Of<T>(Func<T> next) where T : unmanaged =>
            new([.. Enumerable.Range(0, count).Select(_ => next())], shape);

        // Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
        double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static IReadOnlyDictionary<string, GraphTensor> FromFile(string path, ModelFile model)
    {
        var arrays = NumpyFile.Read(path);
        return model.Inputs.ToDictionary(input => input.Name, input =>
        {
            var array = arrays.GetValueOrDefault(input.Name)
                ?? (model.Inputs.Count == 1 && arrays.Count == 1 ? arrays.Values.Single() : null)
                ?? throw new CommandException(
                    $"'{path}' has no array for input '{input.Name}'. Save it with "
                        + $"numpy.savez(…, **{{'{input.Name}': …}}).", ExitCode.Data);
            return Fits(array, input)
                ? array
                : throw new CommandException(
                    $"'{path}' has {ModelFile.NameOf((int)TypeOf(array))}[{string.Join(", ", array.Shape)}] for "
                        + $"input '{input.Name}', and '{model.Path}' takes {ModelFile.TypeOf(input)}.", ExitCode.Data);
        });
    }

    private static bool Fits(GraphTensor array, ValueInfoProto input) =>
        input.Type?.TensorType is { } type && type.ElemType == (int)TypeOf(array)
            && (type.Shape is null || (type.Shape.Dim.Count == array.Shape.Count && type.Shape.Dim.Zip(array.Shape)
                .All(size => ModelFile.IsOpen(size.First) || size.First.DimValue == size.Second)));

    private static DataType TypeOf(GraphTensor tensor) => tensor switch
    {
        GraphTensor<float> => DataType.Float,
        GraphTensor<double> => DataType.Double,
        GraphTensor<long> => DataType.Int64,
        GraphTensor<int> => DataType.Int32,
        GraphTensor<byte> => DataType.Uint8,
        _ => DataType.Bool,
    };

    private static IEnumerable<string> FilesOf(string path)
    {
        if (!Directory.Exists(path)) return [path];
        // The options skip hidden files, such as those that macOS writes beside others.
        string[] files = [.. Directory.EnumerateFiles(path, "*", new EnumerationOptions())
            .Where(file => Path.GetExtension(file) is ".npy" or ".npz").Order(StringComparer.Ordinal)];
        return files.Length > 0
            ? files
            : throw new CommandException($"'{path}' contains no .npy or .npz files.", ExitCode.Data);
    }

    private static IReadOnlyList<TensorShapeProto.Types.Dimension> Dimensions(ValueInfoProto input) =>
        input.Type?.TensorType?.Shape?.Dim ?? throw new CommandException(
            $"input '{input.Name}' has no shape. Give inputs with --inputs.", ExitCode.Data);

    private static string NameOf(ValueInfoProto input, int axis) =>
        Dimensions(input)[axis].DimParam is { Length: > 0 } name ? name : $"{input.Name}:{axis}";

    private static (string Name, long[] Sizes) Parse(string text)
    {
        if (text.Split('=') is [{ Length: > 0 } name, var list])
        {
            long?[] sizes = [.. list.Split(',').Select(number =>
                long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long size) && size > 0
                    ? size : (long?)null)];
            if (sizes.All(size => size is not null)) return (name, [.. sizes.Select(size => size!.Value)]);
        }
        throw new CommandException($"--size needs NAME=N or NAME=N,N with sizes above 0, not '{text}'.");
    }
}
