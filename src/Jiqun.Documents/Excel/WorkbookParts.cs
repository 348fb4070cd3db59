using System.IO.Compression;
using System.Security;
using System.Text;

namespace Jiqun.Documents.Excel;

/// <summary>The parts of a workbook around its sheets.</summary>
static class WorkbookParts
{
    public const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const string Packages = "http://schemas.openxmlformats.org/package/2006";
    const string Kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml";

    /// <summary>A new part; the one before it must be closed.</summary>
    public static Stream Create(ZipArchive archive, string name)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);   // the same forms yield the same bytes
        return entry.Open();
    }

    /// <param name="sheets">Their names; the parts are <c>xl/worksheets/sheet1.xml</c> and so on.</param>
    public static void Write(ZipArchive archive, IReadOnlyList<string> sheets)
    {
        var (kinds, list, relations) = ("", "", "");
        foreach (var (index, name) in sheets.Index())
        {
            var number = index + 1;
            kinds += $"""<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{Kinds}.worksheet+xml"/>""";
            list += $"""<sheet name="{SecurityElement.Escape(name)}" sheetId="{number}" r:id="rId{number}"/>""";
            relations += $"""<Relationship Id="rId{number}" Type="{Relations}/worksheet" Target="worksheets/sheet{number}.xml"/>""";
        }
        Part(archive, "[Content_Types].xml", $"""
            <Types xmlns="{Packages}/content-types">
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
            <Default Extension="xml" ContentType="application/xml"/>
            <Override PartName="/xl/workbook.xml" ContentType="{Kinds}.sheet.main+xml"/>
            <Override PartName="/xl/styles.xml" ContentType="{Kinds}.styles+xml"/>
            {kinds}</Types>
            """);
        Part(archive, "_rels/.rels", $"""
            <Relationships xmlns="{Packages}/relationships">
            <Relationship Id="rId1" Type="{Relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>
            """);
        Part(archive, "xl/workbook.xml", $"""
            <workbook xmlns="{Main}" xmlns:r="{Relations}"><bookViews><workbookView activeTab="0"/></bookViews>
            <sheets>{list}</sheets></workbook>
            """);
        Part(archive, "xl/_rels/workbook.xml.rels", $"""
            <Relationships xmlns="{Packages}/relationships">
            {relations}<Relationship Id="rId{sheets.Count + 1}" Type="{Relations}/styles" Target="styles.xml"/></Relationships>
            """);
        Part(archive, "xl/styles.xml", Styles);
    }

    static void Part(ZipArchive archive, string name, string xml)
    {
        using var part = Create(archive, name);
        part.Write(Encoding.UTF8.GetBytes("""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""" + "\n" + xml));
    }

    // The cellXfs stand in the order of CellStyle. 3 is #,##0 and 49 is text, both built in.
    const string Styles = $"""
        <styleSheet xmlns="{Main}">
        <numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.00##"/></numFmts>
        <fonts count="3">
        <font><sz val="11"/><name val="宋体"/></font>
        <font><b/><sz val="11"/><name val="宋体"/></font>
        <font><sz val="9"/><color rgb="FF595959"/><name val="宋体"/></font>
        </fonts>
        <fills count="4">
        <fill><patternFill patternType="none"/></fill>
        <fill><patternFill patternType="gray125"/></fill>
        <fill><patternFill patternType="solid"><fgColor rgb="FFDCE6F1"/></patternFill></fill>
        <fill><patternFill patternType="solid"><fgColor rgb="FFF2F2F2"/></patternFill></fill>
        </fills>
        <borders count="2">
        <border><left/><right/><top/><bottom/><diagonal/></border>
        <border><left style="thin"><color rgb="FFBFBFBF"/></left><right style="thin"><color rgb="FFBFBFBF"/></right><top style="thin"><color rgb="FFBFBFBF"/></top><bottom style="thin"><color rgb="FFBFBFBF"/></bottom><diagonal/></border>
        </borders>
        <cellStyleXfs count="1">
        <xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
        <cellXfs count="12">
        <xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
        <xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>
        <xf numFmtId="0" fontId="2" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="center"/></xf>
        <xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>
        <xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>
        <xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>
        <xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>
        <xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>
        <xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>
        <xf numFmtId="0" fontId="1" fillId="3" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1"/>
        <xf numFmtId="3" fontId="1" fillId="3" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"/>
        <xf numFmtId="164" fontId="1" fillId="3" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"/>
        </cellXfs>
        <cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
        </styleSheet>
        """;
}
