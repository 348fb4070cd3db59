using System.Globalization;
using System.Security;
using System.Text;

namespace Jiqun.Documents.Word;

/// <summary>Ids of the styles of <see cref="WordParts"/>.</summary>
static class WordStyle
{
    public const string
        Annex = "Annex",
        Title = "Title",
        Heading = "Heading1",
        NotesHeading = "NotesHeading",
        Note = "Note",
        Label = "Label",
        Answer = "Answer",
        LongAnswer = "LongAnswer",
        Footer = "Footer",
        BetweenTables = "BetweenTables",
        Addressee = "Addressee",
        Body = "LetterBody",
        Signature = "Signature",
        SignatureDate = "Date",
        Subheading = "Heading2",
        Text = "BodyText",
        Caption = "Caption",
        ReportHead = "TableHead",
        ReportCell = "TableText",
        Chart = "Chart",
        Tile = "Tile",
        Table = "TableGrid";

    /// <summary>Character styles: a label beside its answer, and what an empty control shows.</summary>
    public const string LabelText = "LabelText", Placeholder = "PlaceholderText";
}

/// <summary>What stands around the text of a document.</summary>
sealed record WordSurroundings(string Title, string Author)
{
    /// <summary>Null: none, and no header.</summary>
    public string? Watermark { get; init; }

    /// <summary>Stands in the foot beside the page's number. Null: nothing.</summary>
    public string? Mark { get; init; }

    public string Language { get; init; } = "zh-CN";

    /// <summary>{0} is the page's number, {1} how many there are.</summary>
    public string Foot { get; init; } = "第 {0} 页 共 {1} 页";

    /// <summary>How many charts there are.</summary>
    public int Charts { get; init; }

    public int Pictures { get; init; }
}

/// <summary>The parts of a document around its text.</summary>
static class WordParts
{
    public const string Declaration = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""" + "\n";
    public const string Relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    public const string FooterId = "rId4", HeaderId = "rId6";

    public static string PictureName(int picture) => $"word/media/picture{picture + 1}.emf";

    /// <summary>Id of a picture's relationship in the document.</summary>
    public static string PictureId(int picture) => $"rIdPicture{picture + 1}";

    /// <summary>Files of charts and pictures are numbered from 1; here from 0.</summary>
    public static string ChartName(int chart) => $"word/charts/chart{chart + 1}.xml";

    public static string ChartRelationsName(int chart) => $"word/charts/_rels/chart{chart + 1}.xml.rels";

    public static string ChartWorkbookName(int chart) => $"word/embeddings/chart{chart + 1}.xlsx";

    /// <summary>Id of a chart's relationship in the document.</summary>
    public static string ChartId(int chart) => $"rIdChart{chart + 1}";

    const string Packages = "http://schemas.openxmlformats.org/package/2006";
    const string Kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml";

    /// <summary>All but texts and charts, by name.</summary>
    public static IEnumerable<(string Name, byte[] Content)> Around(WordSurroundings around) =>
    [
        .. Lists(around.Watermark is not null, around.Charts, around.Pictures), .. Fixed, Part("word/footer1.xml", Footer(around.Foot, around.Mark)),
        .. around.Watermark is { } watermark ? ((string, byte[])[])[Part("word/header1.xml", Header(watermark))] : [],
        Part("docProps/core.xml", Properties(around)),
    ];

    /// <summary>Where a chart's figures are.</summary>
    public static string ChartRelations(int chart) => $"""
        {Declaration}<Relationships xmlns="{Packages}/relationships">
        <Relationship Id="{ChartMarkup.WorkbookId}" Type="{Relationships}/package" Target="../embeddings/chart{chart + 1}.xlsx"/>
        </Relationships>
        """;

    /// <summary>Those that say which others there are.</summary>
    static IEnumerable<(string Name, byte[] Content)> Lists(bool hasHeader, int charts, int pictures) =>
    [
        Part("[Content_Types].xml", $"""
            <Types xmlns="{Packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{(charts > 0 ? """<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>""" : "")}{(pictures > 0 ? """<Default Extension="emf" ContentType="image/x-emf"/>""" : "")}
            <Override PartName="/word/document.xml" ContentType="{Kinds}.document.main+xml"/>
            <Override PartName="/word/styles.xml" ContentType="{Kinds}.styles+xml"/>
            <Override PartName="/word/settings.xml" ContentType="{Kinds}.settings+xml"/>
            <Override PartName="/word/fontTable.xml" ContentType="{Kinds}.fontTable+xml"/>
            <Override PartName="/word/footer1.xml" ContentType="{Kinds}.footer+xml"/>{(hasHeader ? $"""<Override PartName="/word/header1.xml" ContentType="{Kinds}.header+xml"/>""" : "")}
            <Override PartName="/word/glossary/document.xml" ContentType="{Kinds}.document.glossary+xml"/>
            <Override PartName="/word/glossary/styles.xml" ContentType="{Kinds}.styles+xml"/>
            <Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{string.Concat(Enumerable.Range(0, charts).Select(c => $"""<Override PartName="/{ChartName(c)}" ContentType="application/vnd.openxmlformats-officedocument.drawingml.chart+xml"/>"""))}
            </Types>
            """),
        Part("_rels/.rels", $"""
            <Relationships xmlns="{Packages}/relationships">
            <Relationship Id="rId1" Type="{Relationships}/officeDocument" Target="word/document.xml"/>
            <Relationship Id="rId2" Type="{Packages}/relationships/metadata/core-properties" Target="docProps/core.xml"/>
            </Relationships>
            """),
        Part("word/_rels/document.xml.rels", $"""
            <Relationships xmlns="{Packages}/relationships">
            <Relationship Id="rId1" Type="{Relationships}/styles" Target="styles.xml"/>
            <Relationship Id="rId2" Type="{Relationships}/settings" Target="settings.xml"/>
            <Relationship Id="rId3" Type="{Relationships}/fontTable" Target="fontTable.xml"/>
            <Relationship Id="{FooterId}" Type="{Relationships}/footer" Target="footer1.xml"/>
            <Relationship Id="rId5" Type="{Relationships}/glossaryDocument" Target="glossary/document.xml"/>{(hasHeader ? $"""<Relationship Id="{HeaderId}" Type="{Relationships}/header" Target="header1.xml"/>""" : "")}{string.Concat(Enumerable.Range(0, charts).Select(c => $"""<Relationship Id="{ChartId(c)}" Type="{Relationships}/chart" Target="/{ChartName(c)}"/>"""))}{string.Concat(Enumerable.Range(0, pictures).Select(p => $"""<Relationship Id="{PictureId(p)}" Type="{Relationships}/image" Target="/{PictureName(p)}"/>"""))}
            </Relationships>
            """),
    ];

    /// <summary>Those that are the same in every document.</summary>
    static IReadOnlyList<(string Name, byte[] Content)> Fixed { get; } =
    [
        Part("word/glossary/_rels/document.xml.rels", $"""
            <Relationships xmlns="{Packages}/relationships">
            <Relationship Id="rId1" Type="{Relationships}/styles" Target="styles.xml"/>
            </Relationships>
            """),
        Part("word/styles.xml", Styles()),
        Part("word/glossary/styles.xml", Styles()),
        Part("word/settings.xml", $"""
            <w:settings xmlns:w="{WordGrid.Transitional}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:characterSpacingControl w:val="compressPunctuation"/>
            <w:compat><w:doNotExpandShiftReturn/><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>
            <w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>
            """),
        Part("word/fontTable.xml", $"""
            <w:fonts xmlns:w="{WordGrid.Transitional}">
            <w:font w:name="Times New Roman"><w:panose1 w:val="02020603050405020304"/><w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>
            <w:font w:name="宋体"><w:altName w:val="SimSun"/><w:panose1 w:val="02010600030101010101"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>
            <w:font w:name="仿宋"><w:altName w:val="FangSong"/><w:panose1 w:val="02010609060101010101"/><w:charset w:val="86"/><w:family w:val="modern"/><w:pitch w:val="fixed"/></w:font>
            <w:font w:name="黑体"><w:altName w:val="SimHei"/><w:panose1 w:val="02010609060101010101"/><w:charset w:val="86"/><w:family w:val="modern"/><w:pitch w:val="fixed"/></w:font>
            </w:fonts>
            """),
    ];

    static string Footer(string foot, string? mark)
    {
        var number = foot.IndexOf("{0}", StringComparison.Ordinal);
        var count = foot.IndexOf("{1}", StringComparison.Ordinal);
        return $"""
            <w:ftr xmlns:w="{WordGrid.Transitional}"><w:p><w:pPr><w:pStyle w:val="{WordStyle.Footer}"/></w:pPr>
            {Run(foot[..number])}<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>
            {Run(foot[(number + 3)..count])}<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple>{Run(foot[(count + 3)..] + (mark is null ? "" : $"　　{mark}"))}</w:p></w:ftr>
            """;

        static string Run(string text) => text.Length == 0 ? "" : $"""<w:r><w:t xml:space="preserve">{SecurityElement.Escape(text)}</w:t></w:r>""";
    }

    /// <summary>A shape of the kind that Word makes, and by its name takes away again: text as a picture, behind the page's text.</summary>
    /// <remarks>Source: ECMA-376 part 4 §19 (VML). Number 136 among its shapes is text along a straight line.</remarks>
    static string Header(string watermark)
    {
        var (size, length) = Watermark.Measure(watermark);
        var grey = (int)(Watermark.Grey * 255);
        return string.Create(CultureInfo.InvariantCulture, $"""
            <w:hdr xmlns:w="{WordGrid.Transitional}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:p><w:pPr><w:pStyle w:val="{WordStyle.BetweenTables}"/></w:pPr><w:r><w:rPr><w:noProof/></w:rPr><w:pict>
            <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas><v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/><v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles><o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>
            <v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:{length:0.#}pt;height:{size:0.#}pt;rotation:{360 - Watermark.Angle};z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:page;mso-position-vertical:center;mso-position-vertical-relative:page" o:allowincell="f" fillcolor="#{grey:x2}{grey:x2}{grey:x2}" stroked="f"><v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{SecurityElement.Escape(watermark)}"/></v:shape></w:pict></w:r></w:p></w:hdr>
            """);
    }

    static string Properties(WordSurroundings around) => $"""
        <cp:coreProperties xmlns:cp="{Packages}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{SecurityElement.Escape(around.Title)}</dc:title><dc:creator>{SecurityElement.Escape(around.Author)}</dc:creator><dc:language>{around.Language}</dc:language></cp:coreProperties>
        """;

    static (string, byte[]) Part(string name, string xml) => (name, Encoding.UTF8.GetBytes(Declaration + xml));

    /// <summary>Sizes are in half points: 小二 36, 三号 32, 四号 28, 小四 24, 五号 21, 小五 18.</summary>
    static string Styles() => $"""
        <w:styles xmlns:w="{WordGrid.Transitional}">
        <w:docDefaults><w:rPrDefault><w:rPr>{Font("宋体")}<w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>
        <w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>
        <w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>
        <w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="28" w:type="dxa"/><w:left w:w="57" w:type="dxa"/><w:bottom w:w="28" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
        {Paragraph(WordStyle.Annex, "附件", """<w:spacing w:after="120"/>""", "黑体", 32)}
        {Paragraph(WordStyle.Title, "Title", """<w:spacing w:before="120" w:after="240"/><w:jc w:val="center"/>""", "黑体", 36)}
        {Paragraph(WordStyle.Heading, "heading 1", """<w:keepNext/><w:spacing w:before="240" w:after="120"/><w:outlineLvl w:val="0"/>""", "黑体", 28)}
        {Paragraph(WordStyle.NotesHeading, "说明标题", """<w:keepNext/><w:spacing w:before="120" w:after="40"/>""", "黑体", 21)}
        {Paragraph(WordStyle.Note, "说明", """<w:ind w:left="270" w:hanging="270"/><w:jc w:val="both"/>""", "宋体", 18)}
        {Paragraph(WordStyle.Label, "栏目", """<w:jc w:val="center"/>""", "宋体", 21)}
        {Paragraph(WordStyle.Answer, "填报内容", "", "仿宋", 21)}
        {Paragraph(WordStyle.LongAnswer, "填报正文", """<w:spacing w:line="440" w:lineRule="exact"/><w:ind w:firstLineChars="200" w:firstLine="480"/><w:jc w:val="both"/>""", "仿宋", 24)}
        {Paragraph(WordStyle.Footer, "footer", """<w:jc w:val="center"/>""", "宋体", 18)}
        {Paragraph(WordStyle.Addressee, "主送机关", """<w:keepNext/><w:spacing w:before="240" w:line="560" w:lineRule="exact"/>""", "仿宋", 32)}
        {Paragraph(WordStyle.Body, "函件正文", """<w:spacing w:line="560" w:lineRule="exact"/><w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>""", "仿宋", 32)}
        {Paragraph(WordStyle.Signature, "Signature", """<w:keepNext/><w:keepLines/><w:spacing w:before="907" w:line="560" w:lineRule="exact"/><w:ind w:rightChars="200" w:right="640"/><w:jc w:val="right"/>""", "仿宋", 32)}
        {Paragraph(WordStyle.SignatureDate, "Date", """<w:spacing w:line="560" w:lineRule="exact"/><w:ind w:rightChars="200" w:right="640"/><w:jc w:val="right"/>""", "仿宋", 32)}
        {Paragraph(WordStyle.Subheading, "heading 2", """<w:keepNext/><w:spacing w:before="160" w:after="60"/><w:outlineLvl w:val="1"/>""", "黑体", 24)}
        {Paragraph(WordStyle.Text, "Body Text", """<w:spacing w:before="40" w:after="40" w:line="336" w:lineRule="auto"/><w:ind w:firstLineChars="200" w:firstLine="420"/><w:jc w:val="both"/>""", "宋体", 21)}
        {Paragraph(WordStyle.Caption, "caption", """<w:spacing w:before="120" w:after="60"/><w:jc w:val="center"/>""", "黑体", 18)}
        {Paragraph(WordStyle.ReportHead, "表头", "", "黑体", 18)}
        {Paragraph(WordStyle.ReportCell, "表文", "", "宋体", 18)}
        {Paragraph(WordStyle.Chart, "图", """<w:keepNext/><w:spacing w:before="120"/><w:jc w:val="center"/>""", "宋体", 21)}
        {Paragraph(WordStyle.Tile, "方格", """<w:keepNext/><w:jc w:val="center"/>""", "宋体", 17)}
        {Paragraph(WordStyle.BetweenTables, "表间", """<w:spacing w:line="20" w:lineRule="exact"/>""", "宋体", 2)}
        {Character(WordStyle.LabelText, "栏目文字", Font("宋体"))}
        {Character(WordStyle.Placeholder, "Placeholder Text", """<w:color w:val="808080"/>""")}
        <w:style w:type="table" w:styleId="{WordStyle.Table}"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{Border("top")}{Border("left")}{Border("bottom")}{Border("right")}{Border("insideH")}{Border("insideV")}</w:tblBorders></w:tblPr></w:style>
        </w:styles>
        """;

    static string Paragraph(string id, string name, string properties, string font, int size) => $"""
        <w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{properties}</w:pPr><w:rPr>{Font(font)}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>
        """;

    static string Character(string id, string name, string properties) => $"""
        <w:style w:type="character" w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="DefaultParagraphFont"/><w:rPr>{properties}</w:rPr></w:style>
        """;

    static string Font(string chinese) =>
        $"""<w:rFonts w:hint="eastAsia" w:ascii="Times New Roman" w:eastAsia="{chinese}" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>""";

    static string Border(string side) => $"""<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>""";
}
