using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Training.Networks;

/// <summary>Represents a network that is a stack of layers, like Keras' <c>Sequential</c>.</summary>
/// <remarks>
/// Each layer takes its input shape from the layer before. Adding a layer that doesn't fit, or adding one after the
/// network was trained, run or exported, throws an <see cref="InvalidOperationException"/>. The defaults are Keras':
/// Glorot-uniform kernels (Glorot and Bengio, 2010), zero biases and <c>valid</c> padding. torch's global generator
/// draws the kernels; seed it before you add layers.
/// </remarks>
/// <example>
/// <code>
/// using SequentialModel model = new SequentialModel(1, 28, 28)
///     .Conv2D(32, kernel: 3, activation: Activation.Relu)
///     .MaxPooling2D(2)
///     .Flatten()
///     .Dense(10, Activation.Softmax);
/// Console.WriteLine(model.Summary());
/// </code>
/// </example>
public sealed partial class SequentialModel : IDisposable
{
    private readonly List<(string Name, nn.Module<Tensor, Tensor> Module)> _modules = [];
    private readonly List<LayerSummary> _layers;
    private readonly Dictionary<string, int> _used;
    private int[] _shape;
    private Sequential? _logits;
    private Sequential? _classifier;

    /// <summary>Starts an empty stack.</summary>
    /// <param name="inputShape">
    /// The shape of one input: channels, height and width of an image, or the number of features.
    /// </param>
    /// <exception cref="ArgumentException">There are no sizes, or a size is below 1.</exception>
    public SequentialModel(params int[] inputShape)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        if (inputShape.Length == 0 || inputShape.Any(size => size < 1))
        {
            throw new ArgumentException(
                "An input needs sizes of at least 1: channels, height and width, or a number of features.",
                nameof(inputShape));
        }

        InputShape = _shape = [.. inputShape];
        _layers = [];
        _used = [];
    }

    // Starts the layers of a residual block. They appear among the layers of the outer network.
    private SequentialModel(SequentialModel outer)
    {
        InputShape = _shape = outer._shape;
        _layers = outer._layers;
        _used = outer._used;
        DropoutRate = outer.DropoutRate;
    }

    /// <summary>Gets the name of the network, which the exported model carries.</summary>
    public string Name { get; init; } = "sequential";

    /// <summary>
    /// Gets the rate of all dropout layers, or <c>null</c> if each has its own. With a rate, a network without dropout
    /// layers gets one before its dense layer with softmax.
    /// </summary>
    internal double? DropoutRate { get; init; }

    /// <summary>Gets the shape of one input: [channels, height, width] or [features].</summary>
    public IReadOnlyList<int> InputShape { get; }

    /// <summary>Gets the shape of one output.</summary>
    public IReadOnlyList<int> OutputShape => _shape;

    /// <summary>Gets a description of each layer, in order.</summary>
    public IReadOnlyList<LayerSummary> Layers => _layers;

    /// <summary>Gets the number of trainable parameters, including those that are frozen.</summary>
    public long ParameterCount => _layers.Sum(layer => layer.Parameters);

    /// <summary>
    /// Gets the module that maps a batch of inputs to the outputs before a final softmax. Training uses it.
    /// </summary>
    public Sequential Logits =>
        _logits ??= nn.Sequential(PoolBeforeRelu(EndsInSoftmax ? _modules.SkipLast(1) : _modules));

    /// <summary>
    /// Gets the module that maps a batch of inputs to the outputs of the last layer. It shares its parameters with
    /// <see cref="Logits"/> and is the graph that is exported.
    /// </summary>
    public Sequential Classifier => _classifier ??= nn.Sequential(_modules.ToArray());

    /// <summary>Gets a value that indicates whether the outputs are probabilities of classes.</summary>
    internal bool EndsInSoftmax => _modules is [.., (_, Softmax)];

    /// <summary>Returns a table of the layers as Keras prints it.</summary>
    public string Summary() => SummaryTable.Of(this);

    /// <summary>Adds a module of TorchSharp or your own. An input of zeros determines its output shape.</summary>
    /// <param name="module">The module. The network disposes it.</param>
    /// <exception cref="InvalidOperationException">The module doesn't accept the shape of its input.</exception>
    public SequentialModel Add(nn.Module<Tensor, Tensor> module)
    {
        ArgumentNullException.ThrowIfNull(module);
        string name = NextName(JsonNamingPolicy.SnakeCaseLower.ConvertName(module.GetName()));
        return AddLayer(new(name, module.GetName(), OutputShapeOf(name, module)), module);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _state?.Dispose();
        _classifier?.Dispose();
        _logits?.Dispose();
        foreach ((_, nn.Module<Tensor, Tensor> module) in _modules) module.Dispose();
    }

    private SequentialModel AddLayer(
        LayerSummary layer, nn.Module<Tensor, Tensor> module, Activation? activation = null)
    {
        long trainable = module.parameters().Where(weight => weight.requires_grad).Sum(weight => weight.numel());
        long all = module.state_dict().Values.Sum(weight => weight.numel());
        _modules.Add((layer.Name, module));
        AddActivation(layer.Name, activation ?? Activation.Linear);
        _layers.Add(layer with
        {
            Parameters = trainable,
            NonTrainableParameters = all - trainable,
            Activation = activation,
        });
        _shape = [.. layer.OutputShape];
        return this;
    }

    private void AddActivation(string layer, Activation activation)
    {
        if (activation.Create(OverwritesSafely) is not { } function) return;

        string kind = JsonNamingPolicy.SnakeCaseLower.ConvertName($"{activation}");
        _modules.Add((activation == Activation.Softmax ? NextName(kind) : $"{layer}_{kind}", function));
    }

    // The gradients of these modules don't depend on their outputs, and nothing else uses the outputs.
    private bool OverwritesSafely => _modules is [.., (_, Conv2d or Linear or BatchNorm1d or BatchNorm2d or MaxPool2d)];

    // Exchanges each ReLU and the max pooling that follows it. Outputs and gradients stay the same, bit for bit, but
    // the ReLU has fewer elements: conv trains 1.1 × as fast.
    private static (string Name, nn.Module<Tensor, Tensor> Module)[] PoolBeforeRelu(
        IEnumerable<(string Name, nn.Module<Tensor, Tensor> Module)> stack)
    {
        var modules = stack.ToArray();
        for (int i = 1; i < modules.Length; i++)
        {
            if (modules[i - 1].Module is ReLU && modules[i].Module is MaxPool2d)
            {
                (modules[i - 1], modules[i]) = (modules[i], modules[i - 1]);
            }
        }

        return modules;
    }

    private string NextName(string kind)
    {
        if (_logits is not null || _classifier is not null)
        {
            throw new InvalidOperationException(
                $"The network '{Name}' is in use. Add all layers before you train, run or export it.");
        }

        int number = _used.GetValueOrDefault(kind);
        _used[kind] = number + 1;
        return number == 0 ? kind : $"{kind}_{number}";
    }

    private int[] OutputShapeOf(string name, nn.Module<Tensor, Tensor> module)
    {
        const int Batch = 2;
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        bool training = module.training;
        module.eval();
        try
        {
            Tensor output = module.call(zeros([Batch, .. _shape.Select(size => (long)size)]));
            if (output.shape is [Batch, _, ..]) return [.. output.shape[1..].Select(size => (int)size)];

            throw new InvalidOperationException(
                $"{name} maps {Batch} inputs to [{string.Join(", ", output.shape)}]. Keep the batch as dimension 0.");
        }
        catch (Exception e) when (e is System.Runtime.InteropServices.ExternalException or ArgumentException)
        {
            throw new InvalidOperationException(
                $"{name} doesn't accept an input of {Text(_shape)}: {e.Message.Split('\n')[0]}", e);
        }
        finally
        {
            module.train(training);
        }
    }

    private static string Text(IReadOnlyList<int> shape) => LayerSummary.ShapeText(shape);
}
