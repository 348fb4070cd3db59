using System.Runtime.InteropServices;
using System.Text;
using HarfBuzzSharp;

namespace Jiqun.Documents.Pdf;

/// <summary>The subsetter of the HarfBuzz library, for which HarfBuzzSharp has no wrapper.</summary>
/// <remarks>Source: hb-subset.h. Faces are only read, so several threads may use one.</remarks>
static partial class HarfBuzzSubset
{
    const string Library = "libHarfBuzzSharp";

    [Flags]
    enum Flags : uint
    {
        NoHinting = 1,
        Desubroutinize = 4,
        NoLayoutClosure = 0x200,
    }

    const int DropTables = 3;                                  // HB_SUBSET_SETS_DROP_TABLE_TAG

    /// <summary>What only matters for shaping, which is done: not carried into a document.</summary>
    static readonly string[] Dropped = ["GSUB", "GPOS", "GDEF", "BASE", "JSTF", "MATH", "VORG", "vhea", "vmtx", "name", "post", "OS/2", "cmap", "DSIG", "kern"];

    /// <summary>A font with the glyphs of these characters, and with these glyphs, only.</summary>
    /// <param name="glyphs">Ids in the whole font. Even one makes HarfBuzz walk through all the characters of the font, which takes milliseconds.</param>
    /// <param name="asked">Ids in the whole font, all of which are among these.</param>
    /// <returns>The file, and the ids in it of the ids asked for.</returns>
    /// <exception cref="InvalidOperationException">The font is damaged.</exception>
    public static (byte[] File, Dictionary<uint, uint> NewIds) Of(Face face, IReadOnlyCollection<Rune> characters, IReadOnlyCollection<uint> glyphs, IReadOnlyCollection<uint> asked)
    {
        var input = hb_subset_input_create_or_fail();
        if (input == 0)
            throw new InsufficientMemoryException("HarfBuzz could not begin a subset of the font.");
        nint plan = 0, made = 0, blob = 0;
        try
        {
            var wanted = hb_subset_input_unicode_set(input);
            foreach (var character in characters)
                hb_set_add(wanted, (uint)character.Value);
            wanted = hb_subset_input_glyph_set(input);
            foreach (var glyph in glyphs)
                hb_set_add(wanted, glyph);
            var dropped = hb_subset_input_set(input, DropTables);
            foreach (var table in Dropped)
                hb_set_add(dropped, (uint)((table[0] << 24) | (table[1] << 16) | (table[2] << 8) | table[3]));
            hb_subset_input_set_flags(input, Flags.NoHinting | Flags.Desubroutinize | Flags.NoLayoutClosure);

            plan = hb_subset_plan_create_or_fail(face.Handle, input);
            made = plan == 0 ? 0 : hb_subset_plan_execute_or_fail(plan);
            if (made == 0)
                throw new InvalidOperationException("HarfBuzz could not make a subset of the font.");
            var map = hb_subset_plan_old_to_new_glyph_mapping(plan);
            var ids = asked.ToDictionary(g => g, g => hb_map_get(map, g));
            blob = hb_face_reference_blob(made);
            var data = hb_blob_get_data(blob, out var length);
            var file = new byte[length];
            Marshal.Copy(data, file, 0, file.Length);
            return (file, ids);
        }
        finally
        {
            if (blob != 0)
                hb_blob_destroy(blob);
            if (made != 0)
                hb_face_destroy(made);
            if (plan != 0)
                hb_subset_plan_destroy(plan);
            hb_subset_input_destroy(input);
        }
    }

    [LibraryImport(Library)]
    private static partial nint hb_subset_input_create_or_fail();

    [LibraryImport(Library)]
    private static partial nint hb_subset_input_unicode_set(nint input);

    [LibraryImport(Library)]
    private static partial nint hb_subset_input_glyph_set(nint input);

    [LibraryImport(Library)]
    private static partial nint hb_subset_input_set(nint input, int which);

    [LibraryImport(Library)]
    private static partial void hb_subset_input_set_flags(nint input, Flags flags);

    [LibraryImport(Library)]
    private static partial void hb_subset_input_destroy(nint input);

    [LibraryImport(Library)]
    private static partial nint hb_subset_plan_create_or_fail(nint face, nint input);

    [LibraryImport(Library)]
    private static partial nint hb_subset_plan_execute_or_fail(nint plan);

    [LibraryImport(Library)]
    private static partial nint hb_subset_plan_old_to_new_glyph_mapping(nint plan);

    [LibraryImport(Library)]
    private static partial void hb_subset_plan_destroy(nint plan);

    [LibraryImport(Library)]
    private static partial void hb_set_add(nint set, uint value);

    [LibraryImport(Library)]
    private static partial uint hb_map_get(nint map, uint key);

    [LibraryImport(Library)]
    private static partial nint hb_face_reference_blob(nint face);

    [LibraryImport(Library)]
    private static partial void hb_face_destroy(nint face);

    [LibraryImport(Library)]
    private static partial nint hb_blob_get_data(nint blob, out uint length);

    [LibraryImport(Library)]
    private static partial void hb_blob_destroy(nint blob);
}
