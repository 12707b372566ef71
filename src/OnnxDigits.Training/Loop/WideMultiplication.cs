using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OnnxDigits.Training.Loop;

/// <summary>C = A·B in float32 with 512-bit vectors, for matrices of a dense layer's size.</summary>
/// <remarks>
/// libtorch's MKL gives processors of other makers than its own 256-bit kernels only, half of what theirs can do.
/// Every value is summed in one order, whatever the number of threads.
/// </remarks>
internal static unsafe class WideMultiplication
{
    private const int Rows = 8;
    private const int Columns = 32;

    /// <summary>Whether this machine and these sizes are its case.</summary>
    public static bool Suits(long m, long n) => Vector512.IsHardwareAccelerated && m >= Rows && n >= Columns;

    /// <param name="a">[m, k], rows side by side.</param>
    /// <param name="b">[k, n], rows side by side.</param>
    /// <param name="c">[m, n], is written.</param>
    /// <param name="m">Rows of a and c, at least 8.</param>
    /// <param name="n">Columns of b and c, at least 32.</param>
    /// <param name="k">Columns of a and rows of b.</param>
    /// <param name="threads">How many may work on it.</param>
    public static void Run(float* a, float* b, float* c, int m, int n, int k, int threads)
    {
        Parts.ForEach((m + Rows - 1) / Rows, threads, Band);

        // The last block and the last columns overlap what is before them, and write the same values again.
        void Band(int start, int end)
        {
            for (int column = 0; column < n; column += Columns)
            {
                int left = Math.Min(column, n - Columns);
                for (int block = start; block < end; block++)
                {
                    int top = Math.Min(block * Rows, m - Rows);
                    Tile(a + ((long)top * k), b + left, c + ((long)top * n) + left, n, k);
                }
            }
        }
    }

    // 8 × 32 sums in sixteen registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(float* a, float* b, float* c, int n, int k)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector512<float> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        Vector512<float> c60 = default, c61 = default, c70 = default, c71 = default;
        float* a3 = a + (3 * k), a6 = a + (6 * k);
        for (int i = 0; i < k; i++, a++, a3++, a6++, b += n)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16);
            Vector512<float> row = Vector512.Create(a[0]);
            c00 = Vector512.FusedMultiplyAdd(row, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(row, b1, c01);
            row = Vector512.Create(a[k]);
            c10 = Vector512.FusedMultiplyAdd(row, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(row, b1, c11);
            row = Vector512.Create(a[2 * k]);
            c20 = Vector512.FusedMultiplyAdd(row, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(row, b1, c21);
            row = Vector512.Create(a3[0]);
            c30 = Vector512.FusedMultiplyAdd(row, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(row, b1, c31);
            row = Vector512.Create(a3[k]);
            c40 = Vector512.FusedMultiplyAdd(row, b0, c40);
            c41 = Vector512.FusedMultiplyAdd(row, b1, c41);
            row = Vector512.Create(a3[2 * k]);
            c50 = Vector512.FusedMultiplyAdd(row, b0, c50);
            c51 = Vector512.FusedMultiplyAdd(row, b1, c51);
            row = Vector512.Create(a6[0]);
            c60 = Vector512.FusedMultiplyAdd(row, b0, c60);
            c61 = Vector512.FusedMultiplyAdd(row, b1, c61);
            row = Vector512.Create(a6[k]);
            c70 = Vector512.FusedMultiplyAdd(row, b0, c70);
            c71 = Vector512.FusedMultiplyAdd(row, b1, c71);
        }

        Store(c00, c01, c);
        Store(c10, c11, c + n);
        Store(c20, c21, c + (2 * n));
        Store(c30, c31, c + (3 * n));
        Store(c40, c41, c + (4 * n));
        Store(c50, c51, c + (5 * n));
        Store(c60, c61, c + (6 * n));
        Store(c70, c71, c + (7 * n));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> first, Vector512<float> second, float* to)
    {
        first.Store(to);
        second.Store(to + 16);
    }
}
