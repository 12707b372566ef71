using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Marks a required symbol version of ELF files as weak (VER_FLG_WEAK).</summary>
/// <remarks>
/// Supports 64-bit little-endian files: System V ABI for section headers, Linux Standard Base Core 5.0, 10.7 for
/// Verneed and Vernaux. Other files, files without the version and files with a weak version stay unchanged.
/// </remarks>
public class WeakenSymbolVersion : Task
{
    private const uint SectionTypeGnuVersionNeeds = 0x6ffffffe;
    private const ushort VersionFlagWeak = 0x2;

    public ITaskItem[] Files { get; set; }

    public string SymbolVersion { get; set; }

    public override bool Execute()
    {
        foreach (ITaskItem item in Files)
        {
            string path = item.GetMetadata("FullPath");
            byte[] file = File.ReadAllBytes(path);
            int flags = FindFlags(file);
            if (flags < 0 || (BitConverter.ToUInt16(file, flags) & VersionFlagWeak) != 0) continue;

            file[flags] |= (byte)VersionFlagWeak;
            string beside = path + ".tmp";
            File.WriteAllBytes(beside, file);
            File.Delete(path);
            File.Move(beside, path);
            Log.LogMessage(MessageImportance.Normal, "Marked {1} as weak in {0}.", path, SymbolVersion);
        }

        return !Log.HasLoggedErrors;
    }

    private int FindFlags(byte[] file)
    {
        bool isElf64Little = file.Length > 64 && file[0] == 0x7f && file[1] == 'E' && file[2] == 'L'
            && file[3] == 'F' && file[4] == 2 && file[5] == 1;
        if (!isElf64Little) return -1;

        long sections = BitConverter.ToInt64(file, 40);
        int sectionSize = BitConverter.ToUInt16(file, 58);
        int sectionCount = BitConverter.ToUInt16(file, 60);
        for (int i = 0; i < sectionCount; i++)
        {
            int header = (int)sections + i * sectionSize;
            if (BitConverter.ToUInt32(file, header + 4) != SectionTypeGnuVersionNeeds) continue;

            int strings = (int)sections + BitConverter.ToInt32(file, header + 40) * sectionSize;
            return FindFlags(file, (int)BitConverter.ToInt64(file, header + 24),
                (int)BitConverter.ToInt64(file, strings + 24));
        }

        return -1;
    }

    private int FindFlags(byte[] file, int need, int names)
    {
        while (true)
        {
            int auxiliary = need + BitConverter.ToInt32(file, need + 8);
            for (int left = BitConverter.ToUInt16(file, need + 2); left > 0; left--)
            {
                if (NameAt(file, names + BitConverter.ToInt32(file, auxiliary + 8)) == SymbolVersion)
                {
                    return auxiliary + 4;
                }
                auxiliary += BitConverter.ToInt32(file, auxiliary + 12);
            }

            int next = BitConverter.ToInt32(file, need + 12);
            if (next == 0) return -1;
            need += next;
        }
    }

    private static string NameAt(byte[] file, int start)
    {
        int end = Array.IndexOf(file, (byte)0, start);
        return Encoding.ASCII.GetString(file, start, end - start);
    }
}
