using Microsoft.ML.OnnxRuntime;
using OnnxDigits.Server.Batching;
using OnnxDigits.Server.Protocol;
using OnnxDigits.Server.Telemetry;
using Shared;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace OnnxDigits.Server.Models;

/// <summary>Serves the tensors of an ONNX file.</summary>
internal sealed class OnnxModel : ServedModel
{
    // The number of rows up to which requests are joined. Larger batches aren't faster.
    private const int BatchRows = 64;

    private readonly InferenceSession _session;
    private readonly string[] _inputNames, _outputNames;
    private readonly TimeSpan _runTimeout;
    private readonly bool _isBatched;
    private readonly Func<int, string?> _label;
    private readonly RequestQueue<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> _queue;

    static OnnxModel() => OnnxRuntimeTelemetry.TurnOff();

    private OnnxModel(
        ModelFile file, InferenceSession session, ServerOptions options, ServerMetrics metrics)
        : base(file.Name, file.Version)
    {
        _session = session;
        Inputs = [.. session.InputMetadata.Select(input => Describe("input", input.Key, input.Value))];
        Outputs = [.. session.OutputMetadata.Select(output => Describe("output", output.Key, output.Value))];
        _inputNames = [.. Inputs.Select(input => input.Name)];
        _outputNames = [.. Outputs.Select(output => output.Name)];
        _runTimeout = TimeSpan.FromSeconds(options.RunTimeout);
        _isBatched = file.IsBatched;
        _label = file.Label;
        var fixedSize = Inputs.Concat(Outputs).FirstOrDefault(tensor => tensor.Shape is not [-1, ..]);
        if (_isBatched && fixedSize is not null)
        {
            throw new ServedModelException(
                $"The model '{Name}' can't be batched: the first size of '{fixedSize.Name}' isn't open. "
                + "Leave out --batched.");
        }
        _queue = new(
            QueueSettings.Of(options, _isBatched ? BatchRows : 1), metrics.Of(Name), HaveSameRows,
            _isBatched ? RunBatch : RunEach);
    }

    public override string Platform => "onnx_onnxv1";

    public override IReadOnlyList<TensorInfo> Inputs { get; }

    public override IReadOnlyList<TensorInfo> Outputs { get; }

    /// <summary>Opens a model.</summary>
    /// <exception cref="ServedModelException">
    /// The file can't be read, or isn't a model that the protocol can serve.
    /// </exception>
    public static OnnxModel Open(ModelFile file, ServerOptions options, ServerMetrics metrics)
    {
        using var settings = new SessionOptions
        {
            // Each worker runs on one thread. Requests are parallel to each other.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            // ONNX Runtime keeps a pattern for each shape. Clients choose the shapes of other models, so their number
            // has no limit.
            EnableMemoryPattern = file.IsBatched,
        };
        settings.AddSessionConfigEntry("session.load_model_format", "ONNX");
        InferenceSession? session = null;
        try
        {
            session = file.Content is { } bytes
                ? new InferenceSession(bytes, settings)
                : new InferenceSession(file.Path!, settings);
            return new(file, session, options, metrics);
        }
        catch (Exception e) when (e is OnnxRuntimeException or ServedModelException)
        {
            session?.Dispose();
            if (e is ServedModelException) throw;
            string reason = e.Message.StartsWith("[ErrorCode:InvalidProtobuf]", StringComparison.Ordinal)
                ? $"'{file.Path}' isn't an ONNX file."
                : FirstLine(e);
            throw new ServedModelException($"The model '{file.Name}' can't be opened: {reason}", e);
        }
    }

    public override Task<IReadOnlyList<Tensor>> RunAsync(
        IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken)
    {
        int rows = 1;
        if (_isBatched)
        {
            rows = (int)inputs[0].Shape[0];
            if (inputs.Any(input => input.Shape[0] != rows))
            {
                throw new ProtocolException("The inputs differ in their first size, the size of the batch.");
            }
            if (rows == 0) throw new ProtocolException("The batch is empty: its first size is 0.");
        }
        return _queue.RunAsync(inputs, rows, cancellationToken);
    }

    public override string? LabelOf(int index) => _label(index);

    public override void Dispose()
    {
        _queue.Dispose();
        _session.Dispose();
    }

    private TensorInfo Describe(string role, string name, NodeMetadata metadata)
    {
        if (metadata.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR
            || DataType.Of(metadata.ElementDataType) is not { } type)
        {
            throw new ServedModelException(
                $"The {role} '{name}' of the model '{Name}' isn't a tensor of a type that the protocol has.");
        }
        return new(name, type, [.. metadata.Dimensions.Select(size => (long)size)]);
    }

    private static bool HaveSameRows(IReadOnlyList<Tensor> one, IReadOnlyList<Tensor> other) =>
        one.Zip(other).All(pair => pair.First.Shape.AsSpan(1).SequenceEqual(pair.Second.Shape.AsSpan(1)));

    private IReadOnlyList<IReadOnlyList<Tensor>> RunEach(IReadOnlyList<IReadOnlyList<Tensor>> requests) =>
        [.. requests.Select(inputs => Run([.. inputs.Select(OrtTensors.Create)]))];

    private IReadOnlyList<IReadOnlyList<Tensor>> RunBatch(IReadOnlyList<IReadOnlyList<Tensor>> requests)
    {
        var batch = new RowBatch(requests);
        return batch.Split([.. batch.Sizes().Select(RunRows)]);

        IReadOnlyList<Tensor> RunRows(int size)
        {
            var results = Run(batch.Take(size));
            return results.All(result => result.Shape is [var first, ..] && first == size)
                ? results
                : throw new ProtocolException(
                    "The model's outputs don't have a row for each row of the inputs. It can't be batched.",
                    StatusCodes.Status500InternalServerError);
        }
    }

    // Disposes the values.
    private IReadOnlyList<Tensor> Run(OrtValue[] values)
    {
        try
        {
            using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var clock = new Timer(_ => options.Terminate = true, null, _runTimeout, Timeout.InfiniteTimeSpan);
            using var outputs = _session.Run(options, _inputNames, values, _outputNames);
            return [.. outputs.Select((value, i) => OrtTensors.Read(_outputNames[i], value))];
        }
        catch (OnnxRuntimeException e) when (e.Message.Contains("terminate flag", StringComparison.Ordinal))
        {
            throw new TimeoutException($"The model ran longer than {_runTimeout.TotalSeconds} s, the time limit.", e);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ProtocolException($"The model can't run these inputs: {FirstLine(e)}");
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0];
}
