using System.Buffers.Binary;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.RegularExpressions;

namespace DataBright.Architecture.Natives;

internal enum Format { Elf, MachO, Pe }

internal enum Processor { X64, Arm64, Other }

/// <summary>What the headers of a shared library say of where it can be loaded.</summary>
/// <param name="Needs">The libraries it asks the loader for; read of ELF only.</param>
internal sealed partial record NativeLibrary(Format Format, Processor Processor, IReadOnlyList<string> Needs)
{
    private const int LoadedSegment = 1, DynamicSegment = 2;
    private const ulong NeededEntry = 1, StringTableEntry = 5;

    /// <exception cref="InvalidDataException">It is no shared library of 64 bits in one of the three formats.</exception>
    public static NativeLibrary Read(byte[] file) => file.AsSpan(0, 4) switch
    {
        [0x7F, (byte)'E', (byte)'L', (byte)'F'] => Elf(file),
        [0xCF, 0xFA, 0xED, 0xFE] => MachO(file),
        [(byte)'M', (byte)'Z', ..] => Pe(file),
        _ => throw new InvalidDataException("No format begins so."),
    };

    /// <summary>The newest version of glibc's symbols that a text in the file names, such as 2.34; null where none is.</summary>
    public static Version? Glibc(byte[] file) =>
        GlibcSymbols().Matches(Encoding.Latin1.GetString(file)).Select(match => Version.Parse(match.Groups[1].ValueSpan)).Max();

    [GeneratedRegex(@"GLIBC_(\d+\.\d+(?:\.\d+)?)")]
    private static partial Regex GlibcSymbols();

    // System V ABI, chapters 4 and 5: class and data of the identification, then type, machine and the table of segments.
    private static NativeLibrary Elf(byte[] file)
    {
        const int bits64 = 2, littleEndian = 1, sharedObject = 3;
        if (file[4] != bits64 || file[5] != littleEndian || U16(file, 16) != sharedObject)
            return new(Format.Elf, Processor.Other, []);
        var processor = U16(file, 18) switch { 0x3E => Processor.X64, 0xB7 => Processor.Arm64, _ => Processor.Other };

        var segments = Enumerable.Range(0, U16(file, 56)).Select(i => (int)U64(file, 32) + (i * U16(file, 54))).ToList();
        var dynamic = segments.Single(at => U32(file, at) == DynamicSegment);
        var entries = Enumerable.Range(0, (int)U64(file, dynamic + 32) / 16)
            .Select(i => (int)U64(file, dynamic + 8) + (i * 16))
            .Select(at => (Tag: U64(file, at), Value: U64(file, at + 8)))
            .ToList();
        var strings = FileOffset(entries.First(entry => entry.Tag == StringTableEntry).Value);
        var needs = entries.Where(entry => entry.Tag == NeededEntry).Select(entry => Text(file, strings + (int)entry.Value));
        return new(Format.Elf, processor, [.. needs]);

        int FileOffset(ulong address) => segments
            .Where(at => U32(file, at) == LoadedSegment)
            .Where(at => address >= U64(file, at + 16) && address < U64(file, at + 16) + U64(file, at + 32))
            .Select(at => (int)(address - U64(file, at + 16) + U64(file, at + 8)))
            .Single();
    }

    private static NativeLibrary MachO(byte[] file)
    {
        const uint dynamicLibrary = 6;
        var processor = U32(file, 4) switch { 0x0100_0007 => Processor.X64, 0x0100_000C => Processor.Arm64, _ => Processor.Other };
        return U32(file, 12) == dynamicLibrary
            ? new(Format.MachO, processor, [])
            : throw new InvalidDataException("It is no dynamic library.");
    }

    private static NativeLibrary Pe(byte[] file)
    {
        using var reader = new PEReader(new MemoryStream(file));
        var machine = reader.PEHeaders.CoffHeader.Machine;
        var processor = machine switch { Machine.Amd64 => Processor.X64, Machine.Arm64 => Processor.Arm64, _ => Processor.Other };
        return reader.PEHeaders.IsDll
            ? new(Format.Pe, processor, [])
            : throw new InvalidDataException("It is no dynamic library.");
    }

    private static string Text(byte[] file, int at) => Encoding.ASCII.GetString(file.AsSpan(at, file.AsSpan(at).IndexOf((byte)0)));

    private static ushort U16(byte[] file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));

    private static uint U32(byte[] file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));

    private static ulong U64(byte[] file, int at) => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
}
