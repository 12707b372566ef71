using System.Runtime.InteropServices;
using System.Text;

namespace OnnxDigits.Inference.Execution;

/// <summary>The names of the devices that Vulkan has, which ONNX Runtime does not tell.</summary>
internal static unsafe partial class VulkanDevices
{
    private const string Loader = "libvulkan.so.1";

    // VkInstanceCreateInfo is the value of this type and eight fields, all of which may be zero.
    private const int InstanceCreateInfo = 1;
    private const int InstanceCreateInfoFields = 8;

    // VkPhysicalDeviceProperties: five numbers of 32 bits, then the name; all of it takes less than these bytes.
    private const int PropertiesSize = 4096;
    private const int NameOffset = 5 * sizeof(uint);
    private const int NameSize = 256;

    private const uint MostDevices = 16;

    /// <summary>The devices' names in Vulkan's order; none where there is no Vulkan.</summary>
    public static IReadOnlyList<string> Names()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            return [];
        try
        {
            ulong* create = stackalloc ulong[InstanceCreateInfoFields];
            new Span<ulong>(create, InstanceCreateInfoFields).Clear();
            *create = InstanceCreateInfo;
            if (CreateInstance(create, 0, out nint instance) != 0)
                return [];
            try
            {
                return NamesOf(instance);
            }
            finally
            {
                DestroyInstance(instance, 0);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return [];
        }
    }

    private static List<string> NamesOf(nint instance)
    {
        nint* devices = stackalloc nint[(int)MostDevices];
        uint count = MostDevices;
        var names = new List<string>();
        if (EnumeratePhysicalDevices(instance, ref count, devices) < 0)
            return names;
        byte[] properties = new byte[PropertiesSize];
        for (int i = 0; i < count; i++)
        {
            fixed (byte* start = properties)
                GetPhysicalDeviceProperties(devices[i], start);
            var name = properties.AsSpan(NameOffset, NameSize);
            names.Add(Encoding.UTF8.GetString(name[..Math.Max(name.IndexOf((byte)0), 0)]));
        }
        return names;
    }

    [LibraryImport(Loader, EntryPoint = "vkCreateInstance")]
    private static partial int CreateInstance(void* info, nint allocator, out nint instance);

    [LibraryImport(Loader, EntryPoint = "vkDestroyInstance")]
    private static partial void DestroyInstance(nint instance, nint allocator);

    [LibraryImport(Loader, EntryPoint = "vkEnumeratePhysicalDevices")]
    private static partial int EnumeratePhysicalDevices(nint instance, ref uint count, nint* devices);

    [LibraryImport(Loader, EntryPoint = "vkGetPhysicalDeviceProperties")]
    private static partial void GetPhysicalDeviceProperties(nint device, byte* properties);
}
