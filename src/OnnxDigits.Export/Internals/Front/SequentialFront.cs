using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxDigits.Export.Internals.Front;

/// <summary>
/// Walks <see cref="Sequential"/> modules, whose forward is known to be a loop over the children, down to the
/// leaves that have a converter. Any other module is refused by name: its forward may do anything.
/// </summary>
internal sealed class SequentialFront : IFront
{
    public Recording Record(
        nn.Module<Tensor, Tensor> model, Tensor input, ConverterRegistry registry, ValuesKept kept)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var walk = new Walk(registry, kept);
        // A first layer that works in place must not touch the caller's tensor.
        walk.Start(input.clone());
        walk.Visit(model, "");
        return walk.Finish();
    }

    private sealed class Walk(ConverterRegistry registry, ValuesKept kept)
    {
        private readonly List<RecordedCall> _calls = [];
        private readonly List<OnnxExportProblem> _problems = [];
        private RecordedValue? _input;
        private RecordedValue? _value;
        private Tensor? _tensor;
        private bool _stopped;

        public void Start(Tensor input)
        {
            _tensor = input;
            _input = _value = Keep(input);
        }

        public Recording Finish()
        {
            if (kept == ValuesKept.Results && !_stopped) _value!.Snapshot = TensorCopy.ToManaged(_tensor!);
            return new([_input!], [_value!], _calls, _problems);
        }

        public void Visit(nn.Module module, string path)
        {
            // A registered Sequential is a leaf: its user said how it is to be written.
            if (module.GetType() == typeof(Sequential) && registry.Find(module.GetType()) is null)
            {
                foreach (var (name, child) in module.named_children())
                    Visit(child, path.Length == 0 ? name : $"{path}.{name}");
                return;
            }

            bool known = registry.Find(module.GetType()) is not null;
            if (!known) _problems.Add(Unknown(module, path));
            if (_stopped) return;
            Call(module, path, known);
        }

        private void Call(nn.Module module, string path, bool known)
        {
            if (module is not nn.Module<Tensor, Tensor> leaf)
            {
                _stopped = true;
                return;
            }

            var input = _value!;
            try
            {
                _tensor = leaf.call(_tensor!);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                string message = exception.Message.Split('\n')[0].TrimEnd('.');
                _problems.Add(new(path, module.GetType().FullName!,
                    $"its forward failed on an input of shape [{string.Join(", ", input.Shape)}]: {message}",
                    "Give an example with a shape that the module accepts"));
                _stopped = true;
                return;
            }

            _value = Keep(_tensor);
            if (known) _calls.Add(new(path, module, [input], [_value]));
        }

        // A later module may work in place, so a value's elements are copied as soon as it is made.
        private RecordedValue Keep(Tensor tensor) => new(tensor)
        {
            Snapshot = kept == ValuesKept.All ? TensorCopy.ToManaged(tensor) : null,
        };

        private static OnnxExportProblem Unknown(nn.Module module, string path) => new(
            path, module.GetType().FullName!,
            module.GetType().Assembly == typeof(nn.Module).Assembly
                ? "no converter writes this module as ONNX"
                : "its forward is code of its own, which is not followed",
            "Build it from Sequential and known modules, or register a converter: "
                + $"registry.Add<{module.GetType().Name}>(…)");
    }
}
